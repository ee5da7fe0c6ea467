/** Resources that TypeScript holds, whose instances are on call threads. */
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { Handle } from '../../src/index.js';
import type { CrewState } from '../../src/threads/crew-state.js';
import type { HostThread } from '../../src/threads/host-thread.js';
import { scheduleSweep } from '../../src/threads/idling.js';
import { hostEnd, newLinkMemory } from '../../src/threads/link.js';
import { guestEntry, registryOf } from '../host/guests.js';
import { turningResource } from '../host/turning.js';
import { testClock } from '../pool/test-clock.js';
import { createHost, errorOf, LOOP, lua, wat } from './built.js';
import { handlesSince } from './handles.js';

/** Destructors tell their rep, and rep 9 traps in its. */
const RESOURCE = turningResource(
  `(import "app:ends/ends" (instance $ends (export "gone" (func (param "rep" u32)))))
  (core func $gone (canon lower (func $ends "gone")))
  (core module $dtors
    (import "" "gone" (func $gone (param i32)))
    (func (export "dtor") (param i32)
      (call $gone (local.get 0))
      (if (i32.eq (local.get 0) (i32.const 9)) (then unreachable))))
  (core instance $dtor (instantiate $dtors (with "" (instance (export "gone" (func $gone))))))`,
  '(local.get 0)',
);

interface Turning extends Handle {
  call(method: 'turn', times: number): Promise<number>;
}

const make = (more: object = {}) => ({
  name: 'make',
  kind: 'function.wat',
  source: RESOURCE,
  method: 'make',
  imports: ['app:ends/ends'],
  pool: { type: 'lazy', max_size: 4 },
  ...more,
});

/** A host whose handles tell of their ends. */
async function turning(more: object = {}, others: readonly object[] = [], options: object = {}) {
  const gone: number[] = [];
  const host = await createHost({
    registry: registryOf(make(more), ...others),
    imports: { 'app:ends/ends': { gone: (rep: number) => void gone.push(rep) } },
    ...options,
  });
  return { host, gone, make: (rep: number) => host.call<Turning>('t:make', [rep]) };
}

/** Turns of the event loop until it is settled. */
async function turnsDuring(answer: Promise<unknown>): Promise<number> {
  let turns = 0;
  let open = true;
  const done = () => {
    open = false;
  };
  answer.then(done, done);
  for (; open; turns++) await turn();
  return turns;
}

describe('a method that never ends', () => {
  test('leaves the event loop turning until its limit ends it', async () => {
    const { host, make } = await turning({ limits: { max_execution_ms: 100 } });
    await using _ = host;
    const handle = await make(1);
    const endless = errorOf(handle.call('turn', 0));
    // An event loop that is held up has one turn or two, not one a millisecond.
    expect(await turnsDuring(endless)).toBeGreaterThan(20);
    expect(await endless).toMatchObject({ kind: 'Timeout', message: 't:make exceeded its limit of 100 ms' });
    expect(await errorOf(handle.call('turn', 1))).toMatchObject({
      kind: 'Internal',
      message: 'resource r is lost: its instance has trapped before',
    });
  });

  test('ends with its signal, and others go on', async () => {
    const { host, make } = await turning();
    await using _ = host;
    const [handle, other] = [await make(1), await make(2)];
    const controller = new AbortController();
    const endless = errorOf(handle.with({ signal: controller.signal }).call('turn', 0));
    await turn();
    controller.abort('enough');
    expect(await endless).toMatchObject({ kind: 'Canceled', message: 'r.turn was canceled', cause: 'enough' });
    expect(await other.call('turn', 1)).toBe(2);
    expect(await errorOf(other.with({ signal: controller.signal }).call('turn', 1))).toMatchObject({
      kind: 'Canceled',
    });
    expect(await other.call('turn', 1)).toBe(2);
  });

  test('ends with its timeout', async () => {
    const { host, make } = await turning();
    await using _ = host;
    const handle = await make(1);
    expect(await errorOf(handle.with({ timeout: 50 }).call('turn', 0))).toMatchObject({
      kind: 'Timeout',
      message: 'r.turn did not answer within its timeout of 50 ms',
    });
  });

  test('ends with the host, which leaves nothing that keeps the process', async () => {
    const left = handlesSince();
    const { host, make } = await turning({}, [], { closeGrace: 20 });
    const handle = await make(1);
    const endless = errorOf(handle.call('turn', 0));
    await turn();
    await host.close();
    expect(await endless).toMatchObject({ kind: 'Canceled' });
    expect(await errorOf(handle.call('turn', 1))).toMatchObject({ kind: 'Unavailable' });
    await handle.drop();
    expect(await left()).toEqual([]);
  });
});

test('options of a call are checked by name', async () => {
  const { host, make } = await turning();
  await using _ = host;
  const handle = await make(1);
  expect(() => handle.with({ timeout: 0 })).toThrow(
    'handle.with: timeout: expected milliseconds above 0, got number 0',
  );
  expect(() => handle.with({ until: 1 } as never)).toThrow('handle.with: until: expected no such option');
});

test('a call is let end before the host is closed', async () => {
  const { host, make } = await turning();
  const handle = await make(3);
  const answer = handle.call('turn', 20_000_000);
  await host.close();
  expect(await answer).toBe(3);
});

describe('handles as arguments and in answers', () => {
  const lazy = { pool: { type: 'lazy', max_size: 2 } };
  const names = ['make', 'peek', 'sum', 'pass', 'consume', 'make-many', 'take-greatest', 'try-make', 'live'];
  const registry = registryOf(
    ...names.map((name) => guestEntry(name, 'resources', `counters#${name}`, lazy)),
    guestEntry('inline', 'resources', 'counters#make'),
    lua('take', 'function(it) return 1 end'),
  );
  interface Counter extends Handle {
    call(method: 'increment' | 'value'): Promise<number>;
  }
  const open = () => createHost({ registry });

  test('an own moves with its call and comes back as another one', async () => {
    await using host = await open();
    const first = await host.call<Counter>('t:make', [41]);
    expect([await first.call('increment'), await host.call('t:peek', [first]), first.alive]).toEqual([42, 42, true]);
    const second = await host.call<Counter>('t:pass', [first]);
    expect([first.alive, second.alive, await second.call('value')]).toEqual([false, true, 42]);
    expect(await errorOf(first.call('value'))).toMatchObject({
      kind: 'Invalid',
      message: 'resource counter was dropped or moved before',
    });
    expect(await host.call('t:consume', [second])).toBe(42);
    expect((await errorOf(host.call('t:peek', [second]))).message).toContain('that was dropped or moved before');
    expect(String(Object.keys(second))).toBe('opaqueKind');
  });

  test('lie inside lists, options and results', async () => {
    await using host = await open();
    const many = await host.call<Counter[]>('t:make-many', [3]);
    expect(await host.call('t:sum', [many])).toBe(0 + 1 + 2);
    const greatest = await host.call<Counter>('t:take-greatest', [many]);
    expect([...many.map((each) => each.alive), await greatest.call('value')]).toEqual([false, false, false, 2]);
    const made = await host.call<{ ok: Counter }>('t:try-make', [7]);
    expect(await made.ok.call('value')).toBe(7);
  });

  test('of another instance, or dropped, are refused as they are at the caller', async () => {
    await using host = await open();
    const [a, b] = [await host.call<Counter>('t:make', [1]), await host.call<Counter>('t:make', [2])];
    expect((await errorOf(host.call('t:sum', [[a, b]]))).message).toContain(
      'a counter of another instance: take both from one call',
    );
    expect((await errorOf(host.call('t:take-greatest', [[a, b]]))).message).toContain('of another instance');
    expect([a.alive, await a.call('value'), await b.call('value')]).toEqual([true, 1, 2]);
    await b.drop();
    expect((await errorOf(host.call('t:sum', [[a, b]]))).message).toContain('a counter that was dropped or moved');
    expect((await errorOf(host.call('t:peek', [5]))).message).toContain('number 5');
    expect((await errorOf(host.call('t:take', [a]))).message).toContain('stays on the thread');
  });

  test('of instances that serve one call keep theirs', async () => {
    await using host = await open();
    const counters = await Promise.all([1, 2, 3].map((start) => host.call<Counter>('t:inline', [start])));
    expect(await Promise.all(counters.map((each) => each.call('increment')))).toEqual([2, 3, 4]);
    expect(host.describe('t:inline').poolStats).toMatchObject({ pinned: 3, running: 0 });
    await Promise.all(counters.map((each) => each.drop()));
    await (await host.call<Counter>('t:inline', [4])).drop();
    expect(host.describe('t:inline').poolStats).toMatchObject({ pinned: 1 });
  });

  test('a method that there is not is named with those that there are', async () => {
    await using host = await open();
    const counter = await host.call<Handle>('t:make', [1]);
    expect(await errorOf(counter.call('decrement'))).toMatchObject({
      kind: 'NotFound',
      message: 'resource counter has no method decrement',
    });
  });
});

describe('a destructor', () => {
  test('runs once, however the handle is dropped', async () => {
    const { host, gone, make } = await turning();
    await using _ = host;
    const handle = await make(1);
    await Promise.all([handle.drop(), handle.drop()]);
    await handle.drop();
    {
      await using second = await make(2);
      expect([gone, second.alive]).toEqual([[1], true]);
    }
    expect(gone).toEqual([1, 2]);
  });

  test('runs after what was called before', async () => {
    const { host, gone, make } = await turning();
    await using _ = host;
    const handle = await make(1);
    const answers = [100_000, 1, 1, 1].map((times) => handle.call('turn', times));
    const dropped = handle.drop();
    expect([await Promise.all(answers), handle.alive]).toEqual([[1, 1, 1, 1], false]);
    await dropped;
    expect(gone).toEqual([1]);
  });

  test('that traps is told to who waits for it, and costs the instance', async () => {
    const { host, gone, make } = await turning({ pool: { type: 'lazy', max_size: 1 } });
    await using _ = host;
    const handle = await make(9);
    expect(await errorOf(handle.drop())).toMatchObject({ kind: 'Internal' });
    void (await make(9)).drop(); // nobody is told, and nothing is thrown
    expect(await (await make(3)).call('turn', 1)).toBe(3);
    expect(gone).toEqual([9, 9]);
  });

  test('that waits for TypeScript ends with its limit', async () => {
    const registry = registryOf(make({ limits: { max_execution_ms: 100 } }));
    const gone = async () => new Promise<void>(() => {});
    await using host = await createHost({ registry, imports: { 'app:ends/ends': { gone } } });
    const handle = await host.call<Turning>('t:make', [1]);
    const dropped = errorOf(handle.drop());
    expect(await turnsDuring(dropped)).toBeGreaterThan(20);
    expect(await dropped).toMatchObject({ kind: 'Timeout', message: 't:make exceeded its limit of 100 ms' });
  });

  test('runs for handles that nobody refers to any more', async () => {
    const { host, gone, make } = await turning();
    await using _ = host;
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    for (let rep = 10; rep < 20; rep++) await make(rep);
    while (gone.length < 9) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(new Set(gone).size).toBe(gone.length);
  });
});

describe('the thread of an instance', () => {
  test('that dies takes its handles along', async () => {
    const workers: Worker[] = [];
    const { host, make } = await turning({}, [], { threads: 1, onThread: (worker: Worker) => workers.push(worker) });
    await using _ = host;
    const [handle, other] = [await make(1), await make(2)];
    const under = errorOf(handle.call('turn', 0));
    const queued = errorOf(handle.call('turn', 1));
    const unheard = other.drop();
    await turn();
    await workers[0]?.terminate();
    expect(await under).toMatchObject({ kind: 'Internal', message: expect.stringContaining('its thread ended') });
    expect(await queued).toMatchObject({ kind: 'Internal', message: expect.stringContaining('its thread ended') });
    expect(await errorOf(handle.call('turn', 1))).toMatchObject({
      kind: 'Internal',
      message: expect.stringContaining('resource r is lost: its thread ended'),
    });
    await Promise.all([unheard, handle.drop()]);
    const next = await make(2);
    expect([await next.call('turn', 1), host.describe('t:make').poolStats?.pinned]).toEqual([2, 1]);
  });

  test('is no place for what else runs while it has handles out', async () => {
    const { host, make } = await turning({}, [wat('loop', LOOP), lua('one', 'function() return 1 end')], {
      threads: 2,
    });
    await using _ = host;
    const handle = await make(1);
    const controller = new AbortController();
    const endless = errorOf(host.call('t:loop', [], { signal: controller.signal }));
    expect(await handle.call('turn', 1)).toBe(1);
    const [home, other] = host.stats().threads?.each ?? [];
    expect([home?.state, other?.calls]).toEqual(['idle', ['t:loop']]);
    controller.abort();
    expect(await endless).toMatchObject({ kind: 'Canceled' });
    await handle.drop();
    expect(await host.call('t:one', [])).toBe(1);
  });

  test('is not let go of while it has handles out, however long nobody calls them', () => {
    const clock = testClock();
    const ended: number[] = [];
    const idle = (number: number, held: Map<number, unknown>) => {
      const worker = { terminate: async () => void ended.push(number) };
      const link = hostEnd(newLinkMemory(), { postMessage() {} });
      const thread = { number, worker, link, held, calls: new Map(), requests: new Map(), leases: new Map() };
      return Object.assign(thread, { desks: new Map(), idleSince: 0, dead: false }) as unknown as HostThread;
    };
    const threads = new Map([1, 2].map((number) => [number, idle(number, new Map(number === 1 ? [[1, {}]] : []))]));
    const state = { threads, clock, cancelSweep: null, grants: new Map(), directBefore: 0 } as unknown as CrewState;
    scheduleSweep(state);
    clock.advance(3_600_000);
    expect([[...threads.keys()], ended]).toEqual([[1], [2]]);
  });

  test('is shared by handles, beyond one for each core', async () => {
    const { host, make } = await turning({ pool: { type: 'lazy', max_size: 20 } }, [], { threads: 2 });
    await using _ = host;
    const handles = await Promise.all(Array.from({ length: 20 }, (_each, rep) => make(rep + 20)));
    expect(await Promise.all(handles.map((each) => each.call('turn', 1)))).toEqual(handles.map((_each, i) => i + 20));
    expect(host.stats().threads?.started).toBe(2);
  });
});
