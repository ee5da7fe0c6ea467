/** Guests that call other functions by ID: `wippy:runtime/funcs`. */
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { watEntry } from './guests.js';
import { type GuestHost, type GuestUse, withGuest } from './wasi.js';

/** What waits there has a thread to stand still on. */
const ON_THREADS = process.env.MOONWIT_SPEC === 'threads';
const CAN_SUSPEND = 'Suspending' in WebAssembly;

const METHODS = ['call-string', 'call-bytes', 'countdown', 'call-often', 'upper', 'reverse'];

const lua = (name: string, body: string, more: object = {}) => ({
  name,
  kind: 'function.lua',
  source: `return { ${name} = ${body} }`,
  method: name,
  ...more,
});

const withCaller = <T>(run: (use: GuestHost) => Promise<T>, options: GuestUse = {}): Promise<T> =>
  withGuest('funcs-caller', METHODS, { fields: { imports: ['funcs'] }, ...options }, run);

/** A core module whose function takes a text and does this. */
const takesText = (name: string, body: string) => `(module (memory (export "memory") 1)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8))
  (func (export "${name}") (param i32 i32) ${body}))`;

const bytes = (...values: number[]) => new Uint8Array(values);

describe('a guest calls', () => {
  test('another guest with a text, and with bytes', async () => {
    await withCaller(async ({ call }) => {
      expect(await call('call-string', 't:upper', 'hello, wörld')).toEqual({ ok: 'HELLO, WöRLD' });
      expect(await call('call-bytes', 't:reverse', bytes(1, 2, 255))).toEqual({ ok: bytes(255, 2, 1) });
    });
  });

  test('a function in TypeScript', async () => {
    await withCaller(
      async ({ call }) => expect(await call('call-string', 'app:shout', 'hey')).toEqual({ ok: 'hey!' }),
      { functions: { 'app:shout': (text: string) => `${text}!` } },
    );
  });

  const later = async (text: string) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return text.toUpperCase();
  };

  test.runIf(ON_THREADS)('a function in TypeScript that answers later', async () => {
    await withCaller(async ({ call }) => expect(await call('call-string', 'app:later', 'hey')).toEqual({ ok: 'HEY' }), {
      functions: { 'app:later': later },
    });
  });

  test.skipIf(ON_THREADS || CAN_SUSPEND)('nothing that answers later, where nothing may stand still', async () => {
    await withCaller(
      async ({ call }) => {
        expect(await call('call-string', 'app:later', 'hey')).toEqual({
          err: "t:call_string cannot wait for the answer of app:later on the host's own thread: give createHost threads (`threads: 2`), so that it runs on one",
        });
      },
      { functions: { 'app:later': later } },
    );
  });

  test.runIf(ON_THREADS)('a function in Lua', async () => {
    await withCaller(
      async ({ call }) => {
        expect(await call('call-string', 't:join', 'a,b')).toEqual({ ok: 'a-b' });
        expect(await call('call-bytes', 't:join', bytes(0, 44, 255))).toEqual({ ok: bytes(0, 45, 255) });
      },
      { entries: [lua('join', 'function(text) return (text:gsub(",", "-")) end')] },
    );
  });

  test.runIf(ON_THREADS)('Lua that waits, and guests again, however they call each other', async () => {
    const modules = ['funcs', 'time'];
    const source = (body: string) => `local funcs, time = require("funcs"), require("time") ${body}`;
    const pools = [{ type: 'inline' }, { type: 'lazy', max_size: 2 }];
    for (const pool of pools) {
      const waits = lua('waits', '', { modules, pool });
      const outer = lua('outer', '', { modules, pool });
      const entries = [
        {
          ...waits,
          source: source('return { waits = function(text) time.sleep("2ms") return text .. "!" end }'),
        },
        {
          ...outer,
          source: source(
            'return { outer = function(text) return funcs.call("t:call_string", "t:waits", text).ok end }',
          ),
        },
      ];
      await withCaller(
        async ({ call }) => {
          for (let count = 0; count < 3; count++) {
            expect(await call('call-string', 't:waits', 'a')).toEqual({ ok: 'a!' });
            expect(await call('call-string', 't:outer', 'b')).toEqual({ ok: 'b!' });
          }
        },
        { entries, fields: { imports: ['funcs'], pool }, threads: 1 },
      );
    }
  });

  test('one function many times in one call', async () => {
    await withCaller(async ({ call, host }) => {
      expect(await call('call-often', 't:upper', 'x', 200)).toEqual({ ok: 'X' });
      expect(host.stats().functions['t:upper']?.calls).toBe(200);
    });
  });

  test('a function that answers nothing, which is an empty text', async () => {
    await withCaller(
      async ({ call }) => {
        expect(await call('call-string', 'app:nothing', 'x')).toEqual({ ok: '' });
        expect(await call('call-bytes', 'app:nothing', bytes(1))).toEqual({ ok: bytes() });
      },
      { functions: { 'app:nothing': () => undefined } },
    );
  });

  test('a function with a result, whose good value is the answer and whose error is the error', async () => {
    await withCaller(async ({ call }) => {
      expect(await call('call-string', 't:call_string', 'x')).toEqual({
        err: expect.stringContaining('t:call_string: expected 2 arguments, got 1'),
      });
    });
  });
});

describe('what cannot be called is told as the error', () => {
  test.each<[string, string, string]>([
    ['no such function', 't:nowhere', 'no handler registered for target t:nowhere'],
    ['no ID', '', 'function ID required'],
    ['no namespace', 'upper', 'namespace required in function ID'],
    ['arguments that do not fit', 't:add', 't:add: expected 2 arguments, got 1'],
    ['a trap', 't:fail', 'wasm trap: unreachable'],
    ['an answer that is no text', 'app:table', 'app:table: its answer: expected a string, got a table'],
    ['an answer that is a number', 'app:number', 'app:number: its answer: expected a string, got a number'],
    ['an answer that is no UTF-8', 'app:bytes', 'app:bytes: its answer is no valid UTF-8: take it with call-bytes'],
    ['an error with a kind', 'app:denied', 'not for you'],
  ])('%s', async (_, id, message) => {
    const functions = {
      'app:table': () => ({ a: 1 }),
      'app:number': () => 7,
      'app:bytes': () => bytes(0xff),
      'app:denied': () => {
        throw new HostError('PermissionDenied', 'not for you');
      },
    };
    const entries = [
      watEntry('add', '(module (func (export "add") (param i32 i32) (result i32) (local.get 0)))'),
      watEntry('fail', takesText('fail', 'unreachable'), { wit: 'fail: func(text: string);' }),
    ];
    await withCaller(
      async ({ call }) => {
        const { err } = await call<{ err: string }>('call-string', id, 'x');
        expect(err).toContain(message);
      },
      { functions, entries },
    );
  });
});

describe('a chain of guests', () => {
  test('may be deep, and ends at 64', async () => {
    await withCaller(async ({ call }) => {
      expect(await call('countdown', 't:countdown 40')).toBe('done');
      expect(await call('countdown', 't:countdown 63')).toBe('done');
      expect(await call('countdown', 't:countdown 64')).toContain('call chain deeper than 64: t:countdown ×65');
    });
  });

  test('goes through a pool of one', async () => {
    const pool = { type: 'static', size: 1, workers: 1 };
    await withCaller(async ({ call }) => expect(await call('countdown', 't:countdown 20')).toBe('done'), {
      fields: { imports: ['funcs'], pool },
    });
  });

  test('has one deadline', async () => {
    const spin = watEntry('spin', takesText('spin', '(loop $for_ever (br $for_ever))'), {
      wit: 'spin: func(text: string);',
    });
    await withCaller(
      async ({ host, fails }) => {
        const answer = host.call('t:call_string', ['t:spin', 'x'], { timeout: 50 });
        await expect(answer).rejects.toMatchObject({ kind: 'Timeout' });
        expect(await fails('call-often', 't:upper', 'x', 4_000_000_000)).toMatchObject({ kind: 'Timeout' });
      },
      { fields: { imports: ['funcs'], limits: { max_execution_ms: 300 } }, entries: [spin] },
    );
  });
});

test.runIf(ON_THREADS)('a cancelled call ends what its guest calls, too', async () => {
  const spin = watEntry('spin', takesText('spin', '(loop $for_ever (br $for_ever))'), {
    wit: 'spin: func(text: string);',
  });
  await withCaller(
    async ({ host, call }) => {
      const controller = new AbortController();
      const answer = host.call('t:call_string', ['t:spin', 'x'], { signal: controller.signal });
      setTimeout(() => controller.abort(), 30);
      await expect(answer).rejects.toMatchObject({ kind: 'Canceled' });
      // One thread is all there is: it is free again.
      expect(await call('call-string', 't:upper', 'x')).toEqual({ ok: 'X' });
    },
    { entries: [spin], threads: 1 },
  );
});

test('is denied where nothing grants it', async () => {
  await withCaller(
    async ({ fails }) => {
      expect(await fails('call-string', 't:upper', 'x')).toMatchObject({
        kind: 'PermissionDenied',
        message:
          't:call_string called wippy:runtime/funcs#call-string, which its entry does not grant: add "funcs" to imports',
      });
    },
    { fields: { imports: ['wasi:cli'] } },
  );
});
