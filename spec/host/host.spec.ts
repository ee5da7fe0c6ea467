import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';
import type { Handle, Host, HostOptions } from '../../src/host/types.js';
import { guestEntry, ROOT, registryOf, watEntry } from './guests.js';

/** Handles live on the thread that received them: what Lua received there cannot be given to TypeScript. */
const ON_THREADS = process.env.MOONWIT_SPEC === 'threads';

const SAMPLE = join(ROOT, 'registry');

async function withHost<T>(options: HostOptions, use: (host: Host) => Promise<T>): Promise<T> {
  const host = await createHost(options);
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

async function errorOf(promise: Promise<unknown>): Promise<HostError> {
  const error = await promise.then(
    (value) => new Error(`expected an error, got ${JSON.stringify(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HostError)) throw error;
  return error;
}

const USERS = [
  { id: 1, name: 'Alice', tags: ['admin', 'dev'], active: true },
  { id: 2, name: 'Bob', tags: ['user'], active: false },
  { id: 3, name: 'Carol', tags: ['dev'], active: true },
];

describe('call() with the sample registry', () => {
  test.each<[string, unknown[], unknown]>([
    ['myns:answer', [], 42],
    ['myns:answer_file', [], 42],
    ['myns:compute', [6, 7], 42],
    ['myns:greet', ['Zoë 🌙'], 'Hello, Zoë 🌙!'],
    ['myns:filter_active', [USERS], USERS.filter((user) => user.active)],
    ['myns:filter_active', [[]], []],
  ])('%s(%j) gives %j', async (id, args, expected) => {
    await withHost({ registry: SAMPLE }, async (host) => {
      expect(await host.call(id, args)).toEqual(expected);
    });
  });

  test('an argument that does not fit is Invalid, with its path, the signature and the facts', async () => {
    const users = structuredClone(USERS) as Record<string, unknown>[];
    users[1]!.tags = 5;
    const error = await withHost({ registry: SAMPLE }, (host) => errorOf(host.call('myns:transform_users', [users])));
    expect(error).toMatchObject({
      kind: 'Invalid',
      message:
        'myns:transform_users: argument 1 (users): [2].tags: expected list<string>, got number 5\n' +
        '  transform-users: func(users: list<user>) -> list<user-view>',
      details: { argument: 1, path: '[2].tags', expected: 'list<string>', got: 'number 5' },
    });
  });

  test('a misspelt field is told with the nearest name', async () => {
    const users = [{ id: 1, name: 'A', tag: [], active: true }];
    const error = await withHost({ registry: SAMPLE }, (host) => errorOf(host.call('myns:transform_users', [users])));
    expect(error.message).toMatch(/^myns:transform_users: argument 1 \(users\): \[1\]/);
    expect(error.message).toContain('\n  there is "tag": did you mean tags?');
    expect(error.details).toMatchObject({ path: '[1].tags', suggestion: 'tags' });
  });

  test.each([
    [[1], 'myns:compute: expected 2 arguments, got 1'],
    [[], 'myns:compute: expected 2 arguments, got 0'],
    [[1, 2, 3], 'myns:compute: expected 2 arguments, got 3'],
  ])('%j for two parameters is an error', async (args, text) => {
    const error = await withHost({ registry: SAMPLE }, (host) => errorOf(host.call('myns:compute', args)));
    expect(error.kind).toBe('Invalid');
    expect(error.message.split('\n')).toEqual([text, '  compute: func(a: s32, b: s32) -> s32']);
  });
});

describe('traps', () => {
  const registry = registryOf(
    guestEntry('nested', 'fail', 'abort-nested', { pool: { type: 'lazy', max_size: 1 } }),
    guestEntry('poison', 'fail', 'poison', { pool: { type: 'lazy', max_size: 1 } }),
    guestEntry('divide', 'fail', 'divide', { pool: { type: 'lazy', max_size: 1 } }),
  );

  test('are Internal with the wasm stack by name', async () => {
    const error = await withHost({ registry }, (host) => errorOf(host.call('t:nested')));
    expect(error).toMatchObject({ kind: 'Internal', message: 'wasm trap: unreachable' });
    const stack = error.details?.stack as string;
    const order = ['inner', 'middle', 'outer'].map((name) => stack.search(name));
    expect(order.every((at) => at >= 0)).toBe(true);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test('cost the instance: the next call gets a fresh one', async () => {
    await withHost({ registry }, async (host) => {
      expect(await host.call('t:divide', [5])).toBe(await host.call('t:divide', [5]));
      expect(await errorOf(host.call('t:divide', [0]))).toMatchObject({ message: 'wasm trap: integer divide by zero' });
      expect(host.describe('t:divide').poolStats).toMatchObject({ created: 1, destroyed: 1, idle: 0 });
      await host.call('t:divide', [5]);
      expect(host.describe('t:divide').poolStats).toMatchObject({ created: 2, idle: 1 });
    });
  });
});

describe('limits', () => {
  test('an answer after max_execution_ms is a Timeout that names the limit, and its instance is gone', async () => {
    const registry = registryOf(
      guestEntry('f', 'fail', 'recurse', { limits: { max_execution_ms: 600_000 }, pool: { type: 'lazy' } }),
      watEntry(
        'slow',
        `(module (func (export "slow") (local $n i64)
          (loop $more
            (local.set $n (i64.add (local.get $n) (i64.const 1)))
            (br_if $more (i64.lt_u (local.get $n) (i64.const 30000000))))))`,
        { limits: { max_execution_ms: 1 }, pool: { type: 'lazy' } },
      ),
    );
    await withHost({ registry }, async (host) => {
      expect(await host.call('t:f', [3])).toBe(3);
      const error = await errorOf(host.call('t:slow'));
      expect(error).toMatchObject({ kind: 'Timeout', message: 't:slow exceeded its limit of 1 ms' });
      expect(error.details).toMatchObject({ limit: 'max_execution_ms', limit_ms: 1, queue_ms: expect.any(Number) });
      expect(host.describe('t:slow').poolStats).toMatchObject({ idle: 0, destroyed: 1 });
    });
  });
});

describe('unwrap', () => {
  const registry = (options?: object) =>
    registryOf(guestEntry('divide', 'compute', 'divide', options === undefined ? {} : { meta: { options } }));

  test('without it a result is {ok} or {err}', async () => {
    await withHost({ registry: registry() }, async (host) => {
      expect(await host.call('t:divide', [7, 2])).toEqual({ ok: 3 });
      expect(await host.call('t:divide', [7, 0])).toEqual({ err: expect.any(String) });
    });
  });

  test('with it a result is its value, or an error with E in its details', async () => {
    await withHost({ registry: registry({ unwrap: true }) }, async (host) => {
      expect(await host.call('t:divide', [7, 2])).toBe(3);
      const error = await errorOf(host.call('t:divide', [7, 0]));
      expect(error).toMatchObject({ kind: '', details: { err: expect.any(String) } });
      expect(error.message).toBe(`t:divide: ${error.details?.err}`);
    });
  });
});

describe('imports', () => {
  const grant = { imports: ['moonwit:host/log', 'moonwit:host/sessions', 'moonwit:host/data', 'double'] };

  test('what the entry does not grant traps at its call, with the line that would grant it', async () => {
    const registry = registryOf(guestEntry('env', 'libc', 'env'), guestEntry('pure', 'libc', 'pure'));
    await withHost({ registry }, async (host) => {
      expect(await host.call('t:pure', [1])).toEqual(expect.any(Number));
      const error = await errorOf(host.call('t:env', ['HOME']));
      expect(error.kind).toBe('PermissionDenied');
      expect(error.message).toMatch(
        /^t:env called wasi:\S+#\S+, which its entry does not grant: add "wasi:\w+" to imports$/,
      );
      const again = await errorOf(host.call('t:env', ['HOME']));
      expect(again.message).toBe(error.message);
    });
  });

  test('TypeScript answers a guest that is granted its interface', async () => {
    const registry = registryOf(guestEntry('twice', 'imports', 'quadruple', grant));
    const imports = { double: (n: number) => n * 2, ...noHost };
    await withHost({ registry, imports }, async (host) => {
      expect(host.describe('t:twice').imports?.map((each) => each.state)).toContain('granted');
      expect(await host.call('t:twice', [21])).toBe(84);
    });
  });

  test('a name that neither the host nor WASI has is a problem of the entry', async () => {
    const registry = registryOf(guestEntry('twice', 'imports', 'quadruple', { imports: ['acme:nothing/here'] }));
    const error = await errorOf(createHost({ registry }));
    expect(error.message).toContain('unsupported wasm host import: acme:nothing/here');
  });
});

const noHost = { 'moonwit:host/log': {}, 'moonwit:host/sessions': {}, 'moonwit:host/data': {} };

describe('functions of TypeScript', () => {
  test('are called by ID, by Lua too, and may be async', async () => {
    const registry = {
      namespace: 't',
      entries: [
        luaEntry('twice', 'function(s) local r, err = require("funcs").call("app:upper", s); return r .. r end'),
      ],
    };
    await withHost({ registry, functions: { 'app:upper': async (s: string) => s.toUpperCase() } }, async (host) => {
      expect(await host.call('app:upper', ['a'])).toBe('A');
      expect(await host.call('t:twice', ['ab'])).toBe('ABAB');
    });
  });

  test('give what Lua cannot take as Invalid, with the path', async () => {
    const registry = {
      namespace: 't',
      entries: [luaEntry('f', 'function() return require("funcs").call("app:bad") end')],
    };
    await withHost({ registry, functions: { 'app:bad': () => ({ a: [new Date(0)] }) } }, async (host) => {
      const error = await errorOf(host.call('t:f'));
      expect(error.message).toContain('app:bad: result: a[1]: expected plain data');
    });
  });

  test.each([
    ['upper', 'functions: "upper": expected an ID such as "app:now"'],
    ['a:', 'functions: "a:": expected an ID'],
    ['myns:compute', 'functions: myns:compute is also an entry of the registry'],
  ])('cannot be called %j', async (id, text) => {
    const error = await errorOf(createHost({ registry: SAMPLE, functions: { [id]: () => 0 } }));
    expect(error.message).toContain(text);
  });
});

function luaEntry(name: string, fn: string, more: object = {}): object {
  const source = `return { ${name} = ${fn} }`;
  return { name, kind: 'function.lua', source, method: name, modules: ['funcs'], ...more };
}

test('a function with the transport wasi-http takes explicit arguments, and says what is missing without them', async () => {
  const registry = registryOf(guestEntry('f', 'greet', 'greet', { transport: 'wasi-http' }));
  const host = await createHost({ registry });
  expect(await host.call('t:f', ['Ada'])).toBe('Hello, Ada!');
  const error = await errorOf(host.call('t:f'));
  expect(error.kind).toBe('Invalid');
  expect(error.message).toContain('http request context not found');
  await host.close();
});

describe('bad input', () => {
  const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`) as unknown;

  test.each([
    ['10 000 levels of nesting', nested(10_000)],
    ['100 000 levels of nesting', nested(100_000)],
    ['a function', () => 0],
    ['a symbol', Symbol('x')],
  ])('%s is an error of the argument for guests, Lua and TypeScript', async (_, value) => {
    const registry = { namespace: 't', entries: [luaEntry('echo', 'function(v) return v end')] };
    await withHost({ registry: SAMPLE }, async (host) => {
      expect(await errorOf(host.call('myns:filter_active', [value]))).toMatchObject({ kind: 'Invalid' });
    });
    await withHost({ registry }, async (host) => {
      expect(await errorOf(host.call('t:echo', [value]))).toMatchObject({ kind: 'Invalid' });
    });
  });

  test('a cycle is an error of the argument', async () => {
    const cycle: unknown[] = [];
    cycle.push(cycle);
    await withHost({ registry: SAMPLE }, async (host) => {
      expect(await errorOf(host.call('myns:filter_active', [cycle]))).toMatchObject({ kind: 'Invalid' });
    });
  });
});

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

describe('timeout and signal of call()', () => {
  test('a TypeScript function that never answers ends at the timeout', async () => {
    await withHost({ functions: { 'app:never': () => new Promise(() => {}) } }, async (host) => {
      const error = await errorOf(host.call('app:never', [], { timeout: 5 }));
      expect(error).toMatchObject({ kind: 'Timeout', details: { limit: 'timeout', limit_ms: 5 } });
    });
  });

  test.each([-1, Number.NaN])('%s is no timeout', async (timeout) => {
    await withHost({ functions: { 'app:f': () => 1 } }, async (host) => {
      expect(await errorOf(host.call('app:f', [], { timeout }))).toMatchObject({ kind: 'Invalid' });
    });
  });
});

describe('list(), describe(), close()', () => {
  test('list() names every function with its signature', async () => {
    await withHost({ registry: SAMPLE, functions: { 'app:f': () => 1 } }, async (host) => {
      const byId = new Map(host.list().map((each) => [each.id, each]));
      expect(byId.get('myns:compute')).toMatchObject({
        kind: 'function.wasm',
        signature: 'compute: func(a: s32, b: s32) -> s32',
      });
      expect(byId.get('app:f')).toEqual({ id: 'app:f', kind: 'typescript', signature: null, comment: null });
    });
  });

  test('describe() has place, pool, exports, imports and WIT', async () => {
    await withHost({ registry: SAMPLE }, async (host) => {
      const described = host.describe('myns:transform_users');
      expect(described).toMatchObject({ method: 'transform-users', pool: { type: 'lazy', maxSize: 4 }, imports: [] });
      expect(described.exports).toHaveLength(3);
      expect(described.wit).toContain('export transform-users: func(users: list<user>) -> list<user-view>;');
      expect(() => host.describe('myns:comput')).toThrow('did you mean myns:compute?');
    });
  });

  test('static pools have their instances before the first call; lazy ones do not', async () => {
    const registry = registryOf(
      guestEntry('s', 'compute', 'compute', { pool: { type: 'static', size: 3, workers: 2 } }),
      guestEntry('l', 'compute', 'compute', { pool: { type: 'lazy' } }),
    );
    await withHost({ registry }, async (host) => {
      expect(host.describe('t:s').poolStats).toMatchObject({ created: 3, idle: 3 });
      expect(host.describe('t:l').poolStats).toMatchObject({ created: 0 });
    });
  });

  test('after close() every call is Unavailable', async () => {
    const host = await createHost({ registry: SAMPLE });
    await host[Symbol.asyncDispose]();
    expect(await errorOf(host.call('myns:compute', [1, 2]))).toMatchObject({ kind: 'Unavailable' });
  });
});

describe('resource handles', () => {
  interface Counter extends Handle {
    call(method: string): number;
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
      first.drop();
      second.drop();
      const third = await host.call<Counter>('t:make', [3]);
      expect(host.describe('t:make').poolStats).toMatchObject({ created: 2, pinned: 1 });
      third.drop();
    });
  });

  test('lead a call of another entry to the instance that they belong to', async () => {
    await withHost({ registry }, async (host) => {
      const counter = await host.call<Counter>('t:make', [41]);
      expect(counter.call('increment')).toBe(42);
      expect(await host.call('t:peek', [counter])).toBe(42);
      expect(await host.call('t:sum', [[counter, counter]])).toBe(84);
      expect(host.describe('t:peek').poolStats).toMatchObject({ created: 0 });
      counter.drop();
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
        expect(counter.call('value')).toBe(7);
        expect(await pinned(host)).toBe(2);
        counter.drop();
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
        expect(counter.call('value')).toBe(9);
        expect(await pinned(host)).toBe(2);
        counter.drop();
      });
    });
  });
});
