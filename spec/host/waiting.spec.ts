/**
 * Guests that wait for their host, held to one set of promises: on call threads they suspend or hold a thread as Node can, on the
 * host's own thread they suspend where Node can.
 */
import { describe, expect, test } from 'vitest';
import { jspi } from '../../src/component/thunks.js';
import { HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';
import type { Host, HostOptions } from '../../src/host/types.js';
import { registryOf, watEntry } from './guests.js';
import { errorOf } from './wasi.js';

const SUSPENDS = jspi() !== null;
/** On the host's own thread nothing may stand still: without JSPI an import that answers a promise is an error there. */
const CAN_WAIT = SUSPENDS || process.env.MOONWIT_SPEC === 'threads';

const GUEST = `(module
  (import "app:spec/host" "get" (func $get (param i32) (result i32)))
  (memory (export "memory") 1)
  (global $calls (mut i32) (i32.const 0))
  (func (export "add") (param $key i32) (result i32)
    (local $mine i32)
    (local.set $mine (i32.mul (local.get $key) (i32.const 1000)))
    (i32.add (local.get $mine) (call $get (local.get $key))))
  (func (export "count") (param $key i32) (result i32)
    (global.set $calls (i32.add (global.get $calls) (i32.const 1)))
    (drop (call $get (local.get $key)))
    (global.get $calls))
  (func $fail (export "fail") (param $key i32) (drop (call $get (local.get $key))) unreachable)
  (func (export "spin") (param $key i32)
    (drop (call $get (local.get $key)))
    (loop $for_ever (br $for_ever))))`;

const GRANTED = { imports: ['app:spec/host'], pool: { type: 'lazy', max_size: 64 } };
const entry = (name: string, more: object = {}) => watEntry(name, GUEST, { ...GRANTED, ...more });

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function withHost<T>(
  get: (key: number) => unknown,
  entries: readonly object[],
  run: (host: Host) => Promise<T>,
  more: HostOptions = {},
): Promise<T> {
  const imports = { 'app:spec/host': { get } };
  await using host = await createHost({ registry: registryOf(...entries), imports, ...more });
  return await run(host);
}

/** Answers that the spec gives when it likes, by key. */
function gates() {
  const open = new Map<number, (value: number) => void>();
  const get = async (key: number) => new Promise<number>((resolve) => open.set(key, resolve));
  const waiting = async (count: number) => {
    while (open.size < count) await pause(1);
  };
  return { get, open, waiting };
}

describe.skipIf(!CAN_WAIT)('a guest that waits for its host', () => {
  test('leaves others their turn: all of them wait at once and end in any order, each with its own answer', async () => {
    const { get, open, waiting } = gates();
    await withHost(get, [entry('add')], async (host) => {
      const ended: number[] = [];
      const calls = Array.from({ length: 20 }, async (_, key) => {
        const answer = await host.call('t:add', [key]);
        ended.push(key);
        return answer;
      });
      await waiting(20);
      for (let key = 19; key >= 0; key--) {
        open.get(key)!(key);
        await calls[key];
      }
      expect(await Promise.all(calls)).toEqual(Array.from({ length: 20 }, (_, key) => key * 1001));
      expect(ended).toEqual(Array.from({ length: 20 }, (_, place) => 19 - place));
    });
  });

  test('serves one call after another with one instance, and no two at once', async () => {
    const wait = async (key: number) => pause(key).then(() => key);
    await withHost(wait, [entry('count', { pool: { type: 'static', size: 1, workers: 1 } })], async (host) => {
      const counts = await Promise.all([1, 2, 3].map((key) => host.call<number>('t:count', [key])));
      expect(counts).toEqual([1, 2, 3]);
    });
  });

  test('has a new instance for every call of an inline pool', async () => {
    await withHost(
      async (key) => key,
      [entry('count', { pool: { type: 'inline' } })],
      async (host) => {
        expect(await Promise.all([1, 2, 3].map((key) => host.call<number>('t:count', [key])))).toEqual([1, 1, 1]);
      },
    );
  });

  test('that traps after its wait loses its instance, and the next call has another one', async () => {
    const entries = [entry('fail', { pool: { type: 'lazy', max_size: 1 } })];
    await withHost(
      async (key) => key,
      entries,
      async (host) => {
        for (const key of [1, 2]) {
          const error = await errorOf(host.call('t:fail', [key]));
          expect(error).toMatchObject({ kind: 'Internal', message: 'wasm trap: unreachable' });
          expect(error.details?.stack).toMatch(/^at fail /);
        }
      },
    );
  });

  test('ends with the error that its import is rejected with', async () => {
    const get = async () => {
      throw new HostError('NotFound', 'no such key', { details: { key: 5 } });
    };
    await withHost(get, [entry('add')], async (host) => {
      expect(await errorOf(host.call('t:add', [5]))).toMatchObject({
        kind: 'NotFound',
        message: 'no such key',
        details: { key: 5 },
      });
    });
  });

  test.each([
    ['its limit', { limits: { max_execution_ms: 500 } }, {}, 'max_execution_ms'],
    ['its timeout', {}, { timeout: 500 }, 'timeout'],
  ])('ends with %s, which says that it waited, and the next call works', async (_, fields, options, limit) => {
    const get = async (key: number) => (key === 1 ? new Promise(() => {}) : key);
    await withHost(get, [entry('add', { ...fields, pool: { type: 'lazy', max_size: 1 } })], async (host) => {
      const error = await errorOf(host.call('t:add', [1], options));
      expect(error).toMatchObject({ kind: 'Timeout', details: { limit, limit_ms: 500 } });
      // Where its thread took that long to start, it waited for that.
      expect(Number(error.details?.wait_ms) + Number(error.details?.queue_ms)).toBeGreaterThan(0);
      expect(await host.call('t:add', [2])).toBe(2002);
    });
  });

  test('is stopped by its limit also when it spins after its wait', async () => {
    await withHost(
      async (key) => pause(5).then(() => key),
      [entry('spin', { limits: { max_execution_ms: 60 } })],
      async (host) => {
        expect(await errorOf(host.call('t:spin', [1]))).toMatchObject({
          kind: 'Timeout',
          details: { limit: 'max_execution_ms', limit_ms: 60 },
        });
      },
    );
  });

  test('ends when its caller cancels it, and the others go on', async () => {
    const { get, open, waiting } = gates();
    await withHost(get, [entry('add')], async (host) => {
      const controller = new AbortController();
      const cancelled = errorOf(host.call('t:add', [1], { signal: controller.signal }));
      const other = host.call('t:add', [2]);
      await waiting(2);
      controller.abort();
      expect(await cancelled).toMatchObject({ kind: 'Canceled' });
      open.get(2)!(2);
      expect(await other).toBe(2002);
    });
  });

  test('does not keep its host from closing', async () => {
    const { get, waiting } = gates();
    const imports = { 'app:spec/host': { get } };
    const host = await createHost({ registry: registryOf(entry('add')), imports, closeGrace: 20 });
    const ended = errorOf(host.call('t:add', [1]));
    await waiting(1);
    await host.close();
    expect(await ended).toMatchObject({ kind: 'Canceled' });
  });

  test('may wait for another guest that waits', async () => {
    let host: Host | null = null;
    const get = async (key: number): Promise<number> =>
      key === 0 ? 7 : pause(1).then(() => (host as Host).call<number>('t:add', [key - 1]));
    await withHost(get, [entry('add')], async (made) => {
      host = made;
      expect(await made.call('t:add', [5])).toBe(15_007);
    });
  });

  test('lets Lua and its timers go on', async () => {
    const { get, open, waiting } = gates();
    const source = `
      local funcs, time = require("funcs"), require("time")
      return { both = function()
        local answer
        local done = channel.new(1)
        coroutine.spawn(function() answer = funcs.call("t:add", 3) done:send(true) end)
        local ticks = 0
        for _ = 1, 3 do time.sleep("2ms") ticks = ticks + 1 end
        local early = answer
        local _, err = funcs.call("t:open", 3)
        done:receive()
        return { early = early, ticks = ticks, answer = answer }
      end }`;
    const script = { name: 'both', kind: 'function.lua', source, method: 'both', modules: ['funcs', 'time'] };
    const release = async () => {
      await waiting(1);
      open.get(3)!(4);
      return true;
    };
    await withHost(
      get,
      [entry('add'), script],
      async (host) => expect(await host.call('t:both')).toEqual({ ticks: 3, answer: 3004 }),
      { functions: { 't:open': release } },
    );
  });
});

describe('a guest whose imports answer at once', () => {
  const METAMETHOD = `
    local funcs = require("funcs")
    return { standing = function()
      local value = setmetatable({}, { __tostring = function() return tostring((funcs.call("t:add", 2))) end })
      return tostring(value)
    end }`;
  const script = { name: 'standing', kind: 'function.lua', source: METAMETHOD, method: 'standing', modules: ['funcs'] };

  test('can be called from where Lua cannot wait', async () => {
    await withHost(
      (key) => key,
      [entry('add'), script],
      async (host) => {
        expect(await host.call('t:standing')).toBe('2002');
      },
    );
  });

  test.skipIf(process.env.MOONWIT_SPEC !== 'threads')('and one that waits holds the thread there', async () => {
    await withHost(
      async (key) => pause(3).then(() => key),
      [entry('add'), script],
      async (host) => {
        expect(await host.call('t:standing')).toBe('2002');
      },
    );
  });
});
