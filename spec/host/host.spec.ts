import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';
import { guestEntry, ROOT, registryOf, watEntry } from './guests.js';
import { luaEntry, withHost } from './hosts.js';
import { errorOf } from './wasi.js';

const SAMPLE = join(ROOT, 'registry');

const NAPPING = registryOf(luaEntry('nap', 'function() require("time").sleep("1h") end', { modules: ['time'] }));

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

describe('timeout and signal of call()', () => {
  test('a TypeScript function that never answers ends at the timeout', async () => {
    await withHost({ functions: { 'app:never': () => new Promise(() => {}) } }, async (host) => {
      const error = await errorOf(host.call('app:never', [], { timeout: 5 }));
      expect(error).toMatchObject({ kind: 'Timeout', details: { limit: 'timeout', limit_ms: 5 } });
    });
  });

  const NEVER = { 'app:never': () => new Promise(() => {}) };
  const late = new HostError('Timeout', 'the visit took too long', { details: { limit_ms: 7 } });

  test.each<[string, unknown]>([
    ['an error', new Error('user left')],
    ['a text', 'user left'],
    ['another HostError', new HostError('Conflict', 'a newer one came')],
    ['the end of AbortSignal.timeout', new DOMException('too late', 'TimeoutError')],
  ])('a call that is aborted by %s is Canceled, caused by it', async (_what, reason) => {
    await withHost({ functions: NEVER, registry: NAPPING }, async (host) => {
      for (const id of ['app:never', 't:nap']) {
        const stop = new AbortController();
        const answer = errorOf(host.call(id, [], { signal: stop.signal }));
        stop.abort(reason);
        const expected = { kind: 'Canceled', message: `${id} was canceled`, retryable: false, cause: reason };
        expect(await answer).toMatchObject(expected);
        expect(await errorOf(host.call(id, [], { signal: stop.signal }))).toMatchObject(expected);
      }
    });
  });

  test('a call that is aborted by a Timeout fails with that, and is counted as one', async () => {
    await withHost({ functions: NEVER, registry: NAPPING }, async (host) => {
      const stop = new AbortController();
      const answers = ['app:never', 't:nap'].map((id) => errorOf(host.call(id, [], { signal: stop.signal })));
      stop.abort(late);
      expect(await Promise.all(answers)).toEqual([late, late]);
      expect(host.stats().functions['t:nap']!.errors).toEqual({ Timeout: 1 });
    });
  });

  test('a script that is aborted has the reason as its cause', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'moonwit-host-'));
    writeFileSync(join(folder, 'nap.lua'), 'require("time").sleep("1h")');
    await withHost({}, async (host) => {
      const stop = new AbortController();
      const reason = new Error('user left');
      const running = errorOf(host.run(join(folder, 'nap.lua'), { signal: stop.signal }));
      stop.abort(reason);
      expect(await running).toMatchObject({ kind: 'Canceled', cause: reason });
    });
    rmSync(folder, { recursive: true });
  });

  test.each([-1, Number.NaN])('%s is no timeout', async (timeout) => {
    await withHost({ functions: { 'app:f': () => 1 } }, async (host) => {
      expect(await errorOf(host.call('app:f', [], { timeout }))).toMatchObject({ kind: 'Invalid' });
    });
  });
});

describe('logLevel', () => {
  test.each([
    ['debug', 4],
    ['info', 3],
    ['warn', 2],
    ['error', 1],
  ] as const)('%s: of four levels, `log` is given %d', async (logLevel, count) => {
    const levels = ['debug', 'info', 'warn', 'error'];
    const body = levels.map((level) => `require("logger"):${level}("said")`).join(' ');
    const registry = registryOf(luaEntry('says', `function() ${body} end`, { modules: ['logger'] }));
    const given: string[] = [];
    await withHost({ registry, logLevel, log: ({ level }) => given.push(level) }, (host) => host.call('t:says'));
    expect(given).toEqual(levels.slice(-count));
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
