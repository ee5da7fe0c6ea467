import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { luaEntry, withHost } from './hosts.js';
import { errorOf } from './wasi.js';

describe('function.lua', () => {
  test('takes plain values and gives plain values', async () => {
    const registry = { namespace: 't', entries: [luaEntry('echo', 'function(v) return v end')] };
    await withHost({ registry }, async (host) => {
      const value = { name: 'Zoë', list: [1, 2.5, true], nested: { a: [] } };
      expect(await host.call('t:echo', [value])).toEqual(value);
    });
  });

  test('inline keeps nothing between calls, lazy keeps its chunk', async () => {
    const count = 'return (function() local n = 0; return { count = function() n = n + 1; return n end } end)()';
    const entry = (name: string, type: string) => ({
      name,
      kind: 'function.lua',
      source: count,
      method: 'count',
      pool: { type },
    });
    const registry = { namespace: 't', entries: [entry('inline', 'inline'), entry('lazy', 'lazy')] };
    await withHost({ registry }, async (host) => {
      expect([await host.call('t:inline'), await host.call('t:inline')]).toEqual([1, 1]);
      expect([await host.call('t:lazy'), await host.call('t:lazy')]).toEqual([1, 2]);
    });
  });

  test('has its libraries by alias', async () => {
    const registry = {
      namespace: 't',
      entries: [
        { name: 'maths', kind: 'library.lua', source: 'return { twice = function(n) return n * 2 end }' },
        {
          name: 'f',
          kind: 'function.lua',
          source: 'local m = require("m"); return { f = function(n) return m.twice(n) end }',
          method: 'f',
          imports: { m: 'maths' },
        },
      ],
    };
    await withHost({ registry }, async (host) => {
      expect(await host.call('t:f', [21])).toBe(42);
    });
  });

  test('that calls itself through a pool of one gets an instance above the bound, down to the end of the chain', async () => {
    const down = 'function(n) if n == 0 then return "bottom" end return require("funcs").call("t:down", n - 1) end';
    const registry = { namespace: 't', entries: [luaEntry('down', down, { pool: { type: 'lazy', max_size: 1 } })] };
    await withHost({ registry }, async (host) => {
      expect(await host.call('t:down', [20])).toBe('bottom');
      const error = await errorOf(host.call('t:down', [64]));
      expect(error).toMatchObject({ kind: 'Unavailable' });
      expect(error.message).toContain('call chain deeper than 64: t:down ×65');
    });
  });

  test('is a problem of its entry when it is no Lua', async () => {
    const registry = { namespace: 't', entries: [luaEntry('f', 'function( return end')] };
    const error = await errorOf(createHost({ registry }));
    expect(error.kind).toBe('Invalid');
    expect(error.message).toContain('t:f');
  });
});

describe('run()', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-host-'));
  const script = (name: string, text: string) => {
    const file = join(folder, name);
    writeFileSync(file, text);
    return file;
  };

  test('gives what the script returns, and prints where it is told to', async () => {
    const lines: string[] = [];
    const print = (line: Uint8Array) => void lines.push(Buffer.from(line).toString());
    const file = script('a.lua', 'print("hi", 1); return 6 * 7, {a = {...}}');
    await withHost({ print }, async (host) => {
      expect(await host.run(file, { args: ['x', 2] })).toEqual([42, { a: ['x', 2] }]);
    });
    expect(lines).toEqual(['hi\t1']);
  });

  test('finds modules beside the script, and none elsewhere', async () => {
    script('helper.lua', 'return { n = 5 }');
    const file = script('b.lua', 'return require("helper").n, pcall(require, "../helper")');
    await withHost({}, async (host) => {
      const [n, ok] = await host.run(file);
      expect([n, ok]).toEqual([5, false]);
    });
  });

  test('errors have the place in the script', async () => {
    const file = script('c.lua', 'local x = 1\nlocal y = nil + x');
    await withHost({}, async (host) => {
      const error = await errorOf(host.run(file));
      expect(error.message).toContain('c.lua:2:');
    });
  });

  test('a script that is not there is NotFound', async () => {
    await withHost({}, async (host) => {
      expect(await errorOf(host.run(join(folder, 'none.lua')))).toMatchObject({ kind: 'NotFound' });
      expect(await errorOf(host.run(folder))).toMatchObject({ kind: 'Invalid' });
    });
  });

  test.each([
    ['loops', 'while true do end'],
    ['waits', 'error(select(2, require("funcs").call("app:never")))'],
    ['loops and catches', 'while true do pcall(function() while true do end end) end'],
  ])('ends at its timeout when it %s', async (_, text) => {
    const file = script('e.lua', text);
    await withHost({ functions: { 'app:never': () => new Promise(() => {}) } }, async (host) => {
      const error = await errorOf(host.run(file, { timeout: 20 }).then(() => Promise.reject(new Error('it ended'))));
      expect(error.kind).toBe('Timeout');
    });
  });

  test('ends when its signal aborts', async () => {
    const file = script('d.lua', 'while true do require("funcs").call("app:tick") end');
    const abort = new AbortController();
    let ticks = 0;
    const tick = async () => {
      ticks++;
      if (ticks === 3) abort.abort();
    };
    await withHost({ functions: { 'app:tick': tick } }, async (host) => {
      expect(await errorOf(host.run(file, { signal: abort.signal }))).toMatchObject({ kind: 'Canceled' });
    });
    expect(ticks).toBe(3);
  });
});
