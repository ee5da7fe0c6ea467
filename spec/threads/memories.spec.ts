import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/pool/clock.js';
import { BEGUN, MEMORIES, newControl } from '../../src/threads/control.js';
import type { CrewState, Job } from '../../src/threads/crew-state.js';
import { countMemories, hasRoomForMemory } from '../../src/threads/memories.js';

const makeSome = (count: number, made: (instance: object) => void) => {
  for (let i = 0; i < count; i++) made(new WebAssembly.Memory({ initial: 1 }));
};

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}

describe('a thread counts the memories that it has made', () => {
  it('until the engine has collected them, which it does when it is told', async () => {
    const control = new Int32Array(newControl());
    const memories = countMemories(control, systemClock, () => false);
    makeSome(20, (each) => memories.made(each));
    expect(Atomics.load(control, MEMORIES)).toBe(20);
    await pause(0); // what this turn has made stays for this turn
    memories.collect();
    await until(() => Atomics.load(control, MEMORIES) === 0);
  });

  it('and keeps counting those that are in use', async () => {
    const control = new Int32Array(newControl());
    const memories = countMemories(control, systemClock, () => false);
    const kept: object[] = [];
    makeSome(10, (each) => {
      memories.made(each);
      if (kept.length < 3) kept.push(each);
    });
    await pause(0);
    memories.collect();
    await until(() => Atomics.load(control, MEMORIES) === 3);
    expect(kept).toHaveLength(3);
  });

  it('and lets go of many by itself when it has had nothing to do for a while', async () => {
    const control = new Int32Array(newControl());
    const memories = countMemories(control, systemClock, () => false);
    makeSome(256, (each) => memories.made(each));
    memories.idle();
    await until(() => Atomics.load(control, MEMORIES) === 0);
  });
});

/** What the bound looks at: one thread with so many memories, one call under way, and what it was told. */
function crewWith(memories: number, { sent = 1, begun = 1, calls = 1 } = {}) {
  const control = new Int32Array(newControl());
  control[MEMORIES] = memories;
  control[BEGUN] = begun;
  const told: string[] = [];
  let nowMs = 1000;
  const thread = {
    sent,
    dead: false,
    calls: new Map(Array.from({ length: calls }, (_, number) => [number, {}])),
    link: { control, post: ({ kind }: { kind: string }) => told.push(kind) },
  };
  const state = {
    threads: new Map([[1, thread]]),
    clock: { now: () => nowMs },
    loop: { touch() {} },
    collectedMs: Number.NEGATIVE_INFINITY,
    collecting: false,
  } as unknown as CrewState;
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { state, told, pass };
}

const job = (more: { chain?: readonly string[]; preferred?: number } = {}) =>
  ({ context: { chain: more.chain ?? [] }, preferred: () => more.preferred ?? null }) as unknown as Job;

describe('calls that need another memory', () => {
  it('have room up to 8999 others, and wait from 9000 on', () => {
    expect(hasRoomForMemory(crewWith(8999).state, job())).toBe(true);
    expect(hasRoomForMemory(crewWith(9000).state, job())).toBe(false);
  });

  it('count those that threads were sent and have not begun', () => {
    expect(hasRoomForMemory(crewWith(8000, { sent: 1000, begun: 1 }).state, job())).toBe(true);
    expect(hasRoomForMemory(crewWith(8000, { sent: 1001, begun: 1 }).state, job())).toBe(false);
  });

  it('are counted right also when threads have begun more than a word counts', () => {
    for (const begun of [2 ** 31, 2 ** 32, 2 ** 32 + 7]) {
      expect(hasRoomForMemory(crewWith(8000, { sent: begun + 999, begun }).state, job())).toBe(true);
      expect(hasRoomForMemory(crewWith(8000, { sent: begun + 1000, begun }).state, job())).toBe(false);
    }
  });

  it('wait where their instance was on a thread that is gone', () => {
    expect(hasRoomForMemory(crewWith(9000).state, job({ preferred: 2 }))).toBe(false);
  });

  it('do not wait where their instance is there already, or inside other calls', () => {
    expect(hasRoomForMemory(crewWith(9000).state, job({ preferred: 1 }))).toBe(true);
    expect(hasRoomForMemory(crewWith(9000).state, job({ chain: ['a:outer', 'a:inner'] }))).toBe(true);
    expect(hasRoomForMemory(crewWith(9500).state, job({ chain: ['a:outer', 'a:inner'] }))).toBe(false);
  });

  it('have threads told to collect, once in a while', () => {
    const { state, told, pass } = crewWith(9000);
    hasRoomForMemory(state, job());
    hasRoomForMemory(state, job());
    expect(told).toEqual(['collect']);
    pass(200);
    hasRoomForMemory(state, job());
    expect(told).toEqual(['collect', 'collect']);
  });

  it('go on when nothing runs and collecting has not helped: idle pools keep what they have', () => {
    const { state, pass } = crewWith(9000, { calls: 0 });
    expect(hasRoomForMemory(state, job())).toBe(false);
    pass(200);
    expect(hasRoomForMemory(state, job())).toBe(true);
  });
});
