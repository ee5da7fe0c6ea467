/** A world over the services of its thread: what ends with a call, what ends with the instance, and what waits until then. */
import { describe, expect, test } from 'vitest';
import type { FileHandle } from '../../src/files/types.js';
import type { IoAsker } from '../../src/io.js';
import type { Value } from '../../src/values.js';
import { WaitEnded, type World, type WorldCall, type WorldSpec } from '../../src/wasi/types.js';
import { createWorld, type WorldMeans } from '../../src/wasi/world.js';
import { worldSource } from '../../src/wasi/worlds.js';

const volume = (id: string) => ({ id, path: `/${id}`, autoInit: false, mode: 0o755, readOnly: false });
const SPEC: WorldSpec = {
  args: [],
  cwd: null,
  env: [],
  mounts: [
    { guest: '/a', volume: volume('t:a') },
    { guest: '/b', volume: volume('t:b') },
  ],
  allowedHosts: [],
};

interface Thread {
  readonly means: WorldMeans;
  /** What happened, in order. */
  readonly events: string[];
  nowMs: number;
  timers: { at: number; run: () => void }[];
  answer: (op: string, args: readonly Value[]) => Value;
}

function thread(): Thread {
  const self: Thread = {
    events: [],
    nowMs: 0,
    timers: [],
    answer: () => null,
    means: {
      services: {
        monotonicMs: () => self.nowMs,
        standUntil: (untilMs, { deadlineMs }) => void self.events.push(`stand ${untilMs} ${deadlineMs}`),
        io: { open: (asker) => client(self, asker) },
      },
      after: (delayMs, run) => {
        const timer = { at: self.nowMs + delayMs, run };
        self.timers.push(timer);
        return () => {
          self.timers = self.timers.filter((each) => each !== timer);
        };
      },
      wallNs: () => 7n,
      randomBytes: (count) => new Uint8Array(count),
      openVolume: ({ id }) => {
        self.events.push(`open ${id}`);
        return { close: () => self.events.push(`close ${id}`) } as unknown as FileHandle;
      },
      stdio: () => ({
        output: {
          write: (stream, { length }) => void self.events.push(`${stream} ${length}`),
          endCall: () => void self.events.push('end of output'),
        },
        input: null,
        terminals: [false, false, false],
      }),
    },
  };
  return self;
}

function client(self: Thread, asker: IoAsker) {
  return {
    callNow: (op: string, ...args: readonly Value[]) => self.answer(op, args),
    call: (op: string, args: readonly Value[], signal?: AbortSignal | null) =>
      new Promise<Value>((resolve, reject) => {
        if (op === 'never') signal?.addEventListener('abort', () => reject(new Error('aborted')));
        else resolve(self.answer(op, args));
      }),
    tell: (op: string) => void self.events.push(`tell ${op}`),
    end: () => void self.events.push(`end of ${asker.id}`),
  };
}

const callOf = (more: Partial<WorldCall> = {}): WorldCall => ({
  deadlineMs: Number.POSITIVE_INFINITY,
  isCancelled: () => false,
  callFunction: () => null,
  maySuspend: () => false,
  ...more,
});

function begun(self: Thread, more: Partial<WorldCall> = {}): World {
  const world = createWorld('t:f', SPEC, self.means);
  world.begin(callOf(more));
  return world;
}

function passTo(self: Thread, ms: number): void {
  self.nowMs = ms;
  for (const { at, run } of self.timers.splice(0).sort((a, b) => a.at - b.at)) {
    if (at <= ms) run();
    else self.timers.push({ at, run });
  }
}

describe('the end of a call', () => {
  test('closes what the call left open, once, and nothing that was closed before', () => {
    const self = thread();
    const world = begun(self);
    const closed: string[] = [];
    world.track(() => closed.push('left'));
    const untrack = world.track(() => closed.push('taken back'));
    untrack();
    world.endCall();
    world.endCall();
    expect(closed).toEqual(['left']);
  });

  test('ends its lines and what it opened at the host, if it had any', () => {
    const self = thread();
    const world = begun(self);
    world.endCall();
    expect(self.events).toEqual([]);
    world.begin(callOf());
    world.stdout(new Uint8Array(3));
    world.io.callNow('x');
    world.endCall();
    expect(self.events).toEqual(['stdout 3', 'end of output', 'end of t:f']);
  });

  test('takes its terms away: nobody can be called then', () => {
    const world = begun(thread());
    expect(world.call.callFunction('t:g', [])).toBeNull();
    world.endCall();
    expect(() => world.call.callFunction('t:g', [])).toThrow("t:g cannot be called before the guest's own call");
  });

  test('leaves the mounts open, which end with the instance', () => {
    const self = thread();
    const world = begun(self);
    expect(world.preopens().map(({ guest }) => guest)).toEqual(['/a', '/b']);
    world.endCall();
    expect(world.preopens()).toHaveLength(2);
    expect(self.events).toEqual(['open t:a', 'open t:b']);
    world.close();
    expect(self.events.slice(2)).toEqual(['close t:a', 'close t:b']);
  });
});

describe('a guest that cannot suspend', () => {
  test('stands still on the terms of the call that runs', () => {
    const self = thread();
    const world = begun(self, { deadlineMs: 90 });
    expect(world.wait.suspends).toBe(false);
    expect(world.wait.sleep(20)).toBeUndefined();
    self.answer = (op, args) => `${op} ${String(args)}`;
    expect(world.wait.ask('op', 1, 2)).toBe('op 1,2');
    expect(self.events).toEqual(['stand 20 90']);
  });
});

describe('a guest that suspends', () => {
  const suspends = { maySuspend: () => true };

  test('is woken at its time, also when the timer is early', async () => {
    const self = thread();
    let woken = false;
    const slept = Promise.resolve(begun(self, suspends).wait.sleep(20)).then(() => {
      woken = true;
    });
    self.timers[0]!.at = 19;
    passTo(self, 19);
    await Promise.resolve();
    expect(woken).toBe(false);
    passTo(self, 20);
    await slept;
    expect(self.timers).toEqual([]);
  });

  test('ends with its deadline, when that is earlier', async () => {
    const self = thread();
    const slept = begun(self, { ...suspends, deadlineMs: 10 }).wait.sleep(20);
    passTo(self, 10);
    await expect(slept).rejects.toBeInstanceOf(WaitEnded);
  });

  test('ends with its call, and leaves no timer behind', async () => {
    const self = thread();
    const world = begun(self, suspends);
    const slept = world.wait.sleep(Number.POSITIVE_INFINITY);
    const asked = world.wait.ask('never');
    const later = world.wait.sleep(1000);
    world.endCall();
    await expect(slept).rejects.toBeInstanceOf(WaitEnded);
    await expect(later).rejects.toBeInstanceOf(WaitEnded);
    await expect(asked).rejects.toThrow('aborted');
    expect(self.timers).toEqual([]);
  });

  test('gets the answer of the host by a promise', async () => {
    const self = thread();
    self.answer = () => 'yes';
    expect(await begun(self, suspends).wait.ask('op')).toBe('yes');
  });
});

describe('worldSource()', () => {
  const template = { id: 't:f', program: false, ...SPEC, env: [{ id: 't:key', name: 'KEY', required: true }] };

  test('asks for the environment at each call, and answers the same spec while it is the same', () => {
    const self = thread();
    let value = 'a';
    self.answer = (op, [wanted]) => {
      expect([op, wanted]).toEqual(['env.resolve', template.env]);
      return [['KEY', value]];
    };
    const source = worldSource(template, self.means);
    const first = source.specFor();
    expect(first.env).toEqual([['KEY', 'a']]);
    expect(source.specFor()).toBe(first);
    value = 'b';
    expect(source.specFor().env).toEqual([['KEY', 'b']]);
    expect(self.events).toEqual(['end of t:f', 'end of t:f', 'end of t:f']);
  });

  test('asks nobody where the entry names no variable', () => {
    const self = thread();
    self.answer = () => {
      throw new Error('asked');
    };
    const source = worldSource({ ...template, env: [] }, self.means);
    expect(source.specFor()).toBe(source.specFor());
  });
});
