import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Handle, Host } from '../../src/host/types.js';
import { guestEntry, registryOf } from './guests.js';
import { luaEntry, withHost } from './hosts.js';
import { errorOf } from './wasi.js';

/** Handles live on the thread that received them: what Lua received there cannot be given to TypeScript. */
const ON_THREADS = process.env.MOONWIT_SPEC === 'threads';

describe('resource handles', () => {
  interface Counter extends Handle {
    call(method: string): Promise<number>;
  }
  const lazy = { pool: { type: 'lazy', max_size: 1 } };
  const registry = registryOf(
    guestEntry('make', 'resources', 'counters#make', lazy),
    guestEntry('peek', 'resources', 'counters#peek', lazy),
    guestEntry('sum', 'resources', 'counters#sum', lazy),
  );

  test('pin their instance, out of reuse, until they are dropped', async () => {
    await withHost({ registry }, async (host) => {
      const first = await host.call<Counter>('t:make', [1]);
      const second = await host.call<Counter>('t:make', [2]);
      expect(host.describe('t:make').poolStats).toMatchObject({ created: 2, pinned: 2, idle: 0 });
      await Promise.all([first.drop(), second.drop()]);
      const third = await host.call<Counter>('t:make', [3]);
      expect(host.describe('t:make').poolStats).toMatchObject({ created: 2, pinned: 1 });
      await third.drop();
    });
  });

  test('lead a call of another entry to the instance that they belong to', async () => {
    await withHost({ registry }, async (host) => {
      const counter = await host.call<Counter>('t:make', [41]);
      expect(await counter.call('increment')).toBe(42);
      expect(await host.call('t:peek', [counter])).toBe(42);
      expect(await host.call('t:sum', [[counter, counter]])).toBe(84);
      expect(host.describe('t:peek').poolStats).toMatchObject({ created: 0 });
      await counter.drop();
      expect(await errorOf(host.call('t:peek', [counter]))).toMatchObject({ kind: 'Invalid' });
    });
  });

  test('of different instances do not fit one call', async () => {
    await withHost({ registry }, async (host) => {
      const [a, b] = [await host.call<Counter>('t:make', [1]), await host.call<Counter>('t:make', [2])];
      const error = await errorOf(host.call('t:sum', [[a, b]]));
      expect(error.message).toContain('[2]: expected');
      expect(error.message).toContain('of another instance: take both from one call');
    });
  });

  describe('that Lua received', () => {
    const lua = (name: string, body: string) =>
      luaEntry(name, `function(n) local funcs = require("funcs") ${body} end`);
    const withLua = registryOf(
      guestEntry('make', 'resources', 'counters#make', lazy),
      lua('leak', 'funcs.call("t:make", n); return n'),
      lua('fail', 'funcs.call("t:make", n); error("no")'),
      lua('give', 'local kept = funcs.call("t:make", n); funcs.call("t:make", n); return {counter = kept}'),
      lua('pass', 'local got = funcs.call("t:give", n); return got.counter:value()'),
    );
    const pinned = async (host: Host) => {
      await host.call<Counter>('t:make', [0]).then((counter) => counter.drop());
      return host.describe('t:make').poolStats?.pinned;
    };

    test('are dropped when its function ends, well or not', async () => {
      await withHost({ registry: withLua }, async (host) => {
        expect(await host.call('t:leak', [1])).toBe(1);
        await errorOf(host.call('t:fail', [1]));
        expect(await pinned(host)).toBe(1); // the one just dropped, not yet looked at
      });
    });

    test.skipIf(ON_THREADS)('live on in what its function returns, and end with who gets it', async () => {
      await withHost({ registry: withLua }, async (host) => {
        const { counter } = await host.call<{ counter: Counter }>('t:give', [7]);
        expect(await counter.call('value')).toBe(7);
        expect(await pinned(host)).toBe(2);
        await counter.drop();
        expect(await host.call('t:pass', [8])).toBe(8);
        expect(await pinned(host)).toBe(1);
      });
    });

    test.skipIf(ON_THREADS)('are dropped when the script ends, except those that it returns', async () => {
      const file = join(mkdtempSync(join(tmpdir(), 'moonwit-host-')), 's.lua');
      writeFileSync(
        file,
        'for i = 1, 200 do local c = funcs.call("t:make", i); if i % 2 == 0 then c:drop() end end return (funcs.call("t:make", 9))',
      );
      await withHost({ registry: withLua }, async (host) => {
        const [counter] = (await host.run(file)) as [Counter];
        expect(await counter.call('value')).toBe(9);
        expect(await pinned(host)).toBe(2);
        await counter.drop();
      });
    });
  });
});
