/** Calls on the host's thread, in slices, by a clock that goes on by a step at each look. */
import { expect, test } from 'vitest';
import { createEngine } from '../../src/engine/compile.js';
import { HostError } from '../../src/errors.js';
import type { Elsewhere, Seat } from '../../src/functions/elsewhere.js';
import { SliceOver } from '../../src/functions/habits.js';
import { callMeter } from '../../src/functions/meter.js';
import { type Nearby, nearbyRunner } from '../../src/functions/nearby.js';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import { systemClock } from '../../src/pool/clock.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import { nodeText } from '../../src/text-node.js';
import { transportNamed } from '../../src/transport/transports.js';
import { LOOP, WORK } from '../threads/built.js';

const nowhere = {
  forget() {
    throw new Error('the seat was on no thread');
  },
} as unknown as Elsewhere;

interface Near {
  readonly nearby: Nearby;
  readonly seat: Seat;
  /** From now on the clock goes on by this much at each look. */
  readonly step: (ms: number) => void;
  /** What has been counted. */
  readonly work: () => number;
}

async function near(name: string, source: string, limitMs: number | null = null): Promise<Near> {
  const engine = createEngine({ hostImports: {}, text: nodeText(), watCache: null });
  const limits = limitMs === null ? '' : `, limits: {max_execution_ms: ${limitMs}}`;
  const entry = `{name: ${name}, kind: function.wat, method: ${name}, pool: {type: lazy, max_size: 1}${limits}, source: ${JSON.stringify(source)}}`;
  const loaded = await loadRegistry({
    sources: [{ file: 'r.yaml', text: `version: "1.0"\nnamespace: t\nentries:\n  - ${entry}\n` }],
    base: import.meta.dirname,
    files: nodeFiles(),
    check: async (each, bytes) => {
      if (each.kind !== 'function.wat') return [];
      const result = await engine.compile(each, bytes);
      return result.ok ? [] : result.problems;
    },
  });
  expect(loaded.ok).toBe(true);
  let now = 0;
  let stepMs = 0.001;
  const clock = {
    ...systemClock,
    now() {
      now += stepMs;
      return now;
    },
  };
  const average = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  const meter = callMeter();
  const means = { clock, transport: transportNamed('payload')!, elsewhere: nowhere, reuse: true, average, meter };
  const nearby = nearbyRunner(engine.compiled(`t:${name}`)!, means)!;
  const step = (ms: number) => {
    stepMs = ms;
  };
  const seat = { number: 1, thread: null, spent: false, held: 0 };
  return { nearby, seat, step, work: () => meter.read().work };
}

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('it threw nothing');
}

test('an answer that is there counts, though its slice had ended meanwhile, and its instance goes on', async () => {
  const { nearby, seat, step } = await near('work', WORK);
  const work = () => nearby.run(seat, [10], ROOT_CONTEXT, 'js');
  expect(work()).toBe(7); // its guest has looked at the clock, and does not do so soon again
  step(1000);
  for (let count = 0; count < 3; count++) expect(work()).toBe(7);
  expect(seat.spent).toBe(false);
});

test('one slow call does not make a short guest a long one, several in a row do', async () => {
  const { nearby, seat, step } = await near('work', WORK);
  const work = () => nearby.run(seat, [10], ROOT_CONTEXT, 'js');
  for (let count = 0; count < 20; count++) work();
  step(1000);
  work();
  expect(nearby.isShort()).toBe(true);
  for (let count = 0; count < 4; count++) work();
  expect(nearby.isShort()).toBe(false);
});

test('a guest that runs over its slice is stopped, and gives its seat away', async () => {
  const { nearby, seat, step } = await near('loop', LOOP);
  step(1);
  expect(() => nearby.run(seat, [], ROOT_CONTEXT, 'js')).toThrow(SliceOver);
  expect(seat.spent).toBe(true);
  expect(nearby.isShort()).toBe(false);
});

test('a guest whose thread was kept waiting for a core goes on, and its instance with it', async () => {
  const { nearby, seat, step } = await near('work', WORK);
  step(10); // at its first look the slice is over
  expect(nearby.run(seat, [100_000], ROOT_CONTEXT, 'js')).toBe(7);
  expect(seat.spent).toBe(false);
});

test.each([
  ["its caller's deadline", null, 4, 'deadline'],
  ["its entry's limit", 2, null, 'max_execution_ms'],
])('a guest that runs into %s before its slice ends is told of that', async (_, limitMs, deadline, limit) => {
  const { nearby, seat, step } = await near('loop', LOOP, limitMs);
  step(1);
  const error = thrownBy(() => nearby.run(seat, [], { ...ROOT_CONTEXT, deadline }, 'js')) as HostError;
  expect(error).toBeInstanceOf(HostError);
  expect(error).toMatchObject({ kind: 'Timeout', details: { limit } });
});

test('the work of a call counts, but not of one that ran over its slice: that counts where the call is made again', async () => {
  const short = await near('work', WORK);
  const counted = [1, 2, 3].map(() => {
    short.nearby.run(short.seat, [10], ROOT_CONTEXT, 'js');
    return short.work();
  });
  expect(counted[0]).toBeGreaterThan(0);
  expect(counted).toEqual([1, 2, 3].map((times) => times * counted[0]!));
  const long = await near('loop', LOOP);
  long.step(1);
  expect(() => long.nearby.run(long.seat, [], ROOT_CONTEXT, 'js')).toThrow(SliceOver);
  expect(long.work()).toBe(0);
});
