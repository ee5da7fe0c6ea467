/** What a guest's program is started with: arguments, environment, working directory; and how it ends. */
import { describe, expect, test } from 'vitest';
import { watEntry } from './guests.js';
import { errorOf, type GuestHost, type GuestUse, withGuest } from './wasi.js';

const METHODS = ['environment', 'arguments', 'initial-cwd', 'variable', 'exit', 'visits'];

const STORAGE = { name: 'memory', kind: 'env.storage.memory' };
const variable = (name: string, more: object = {}) => ({
  name,
  kind: 'env.variable',
  storage: 't:memory',
  variable: name.toUpperCase(),
  ...more,
});
/** Sets a variable from outside of the guest. */
const SET = {
  name: 'set',
  kind: 'function.lua',
  source: 'local env = require("env") return { set = function(name, value) return env.set(name, value) end }',
  method: 'set',
  modules: ['env'],
};

const REUSED = { type: 'static', size: 1, workers: 1 };

const withEnv = <T>(wasi: object, run: (use: GuestHost) => Promise<T>, more: GuestUse = {}): Promise<T> => {
  const fields = { imports: ['wasi:cli'], pool: REUSED, wasi };
  return withGuest('env', METHODS, { fields, ...more }, run);
};

describe('a guest sees', () => {
  test('nothing where its entry says nothing', async () => {
    await withEnv({}, async ({ call }) => {
      expect(await call('environment')).toEqual([]);
      expect(await call('arguments')).toEqual([]);
      expect(await call('initial-cwd')).toBeUndefined();
    });
  });

  test('its arguments and its working directory, as the entry has them', async () => {
    await withEnv({ args: ['--verbose', '', 'grüße 🌍'], cwd: '/app/./x/..' }, async ({ call }) => {
      expect(await call('arguments')).toEqual(['--verbose', '', 'grüße 🌍']);
      expect(await call('initial-cwd')).toBe('/app');
    });
  });

  test('the variables that its entry names, under its names, in that order, and no others', async () => {
    const env = [
      { id: 't:second', name: 'B' },
      { id: 't:first', name: 'A' },
    ];
    const entries = [
      STORAGE,
      variable('first', { default: 'one' }),
      variable('second', { default: '' }),
      variable('third', { default: 'hidden' }),
    ];
    await withEnv(
      { env },
      async ({ call }) => {
        expect(await call('environment')).toEqual([
          ['B', ''],
          ['A', 'one'],
        ]);
        expect(await call('variable', 'B')).toBe('');
        expect(await call('variable', 'PATH')).toBeUndefined();
      },
      { entries },
    );
  });

  test('no optional variable that has no value, and does not run without a required one', async () => {
    const entries = [STORAGE, variable('key'), SET];
    const wasi = (required: boolean) => ({ env: [{ id: 't:key', name: 'KEY', required }] });
    await withEnv(wasi(false), async ({ call }) => expect(await call('environment')).toEqual([]), { entries });
    await withEnv(
      wasi(true),
      async ({ fails, call, host }) => {
        expect(await fails('visits')).toMatchObject({
          kind: 'NotFound',
          message: expect.stringContaining('required wasi env variable not found: t:key'),
        });
        await host.call('t:set', ['t:key', '']);
        expect(await call('environment')).toEqual([['KEY', '']]);
        expect(await call('visits')).toBe(1);
      },
      { entries },
    );
  });
});

test('a guest that imports nothing does not run without a required variable, either', async () => {
  const wasi = { env: [{ id: 't:key', name: 'KEY', required: true }] };
  const seven = watEntry('seven', '(module (func (export "seven") (result i32) (i32.const 7)))', { wasi });
  await withEnv(
    {},
    async ({ host }) => {
      expect(await errorOf(host.call('t:seven'))).toMatchObject({
        kind: 'NotFound',
        message: expect.stringContaining('required wasi env variable not found: t:key'),
      });
      await host.call('t:set', ['t:key', 'x']);
      expect(await host.call('t:seven')).toBe(7);
    },
    { entries: [STORAGE, variable('key'), SET, seven] },
  );
});

describe('an instance is used again', () => {
  const entries = [STORAGE, variable('mode', { default: 'a' }), SET];
  const wasi = { env: [{ id: 't:mode', name: 'MODE' }] };

  test('as long as the environment is the same, and no longer', async () => {
    await withEnv(
      wasi,
      async ({ call, host }) => {
        expect([await call('visits'), await call('visits')]).toEqual([1, 2]);
        await host.call('t:set', ['t:mode', 'b']);
        expect([await call('visits'), await call('visits')]).toEqual([1, 2]);
        expect(await call('environment')).toEqual([['MODE', 'b']]);
        await host.call('t:set', ['t:mode', 'b']);
        expect(await call('visits')).toBe(3);
        await host.call('t:set', ['t:mode', 'a']);
        expect(await call('visits')).toBe(1);
      },
      { entries },
    );
  });

  test('by calls that see other variables change, too', async () => {
    const other = [...entries, variable('other', { default: 'x' })];
    await withEnv(
      wasi,
      async ({ call, host }) => {
        expect(await call('visits')).toBe(1);
        await host.call('t:set', ['t:other', 'y']);
        expect(await call('visits')).toBe(2);
      },
      { entries: other },
    );
  });

  test('not by an inline function', async () => {
    await withEnv({}, async ({ call }) => expect([await call('visits'), await call('visits')]).toEqual([1, 1]), {
      fields: { imports: ['wasi:cli'], pool: { type: 'inline' } },
    });
  });
});

describe('exit', () => {
  test('with 0 ends the call without an answer', async () => {
    await withEnv({}, async ({ call, host }) => {
      expect(await call('exit', 0)).toBeUndefined();
      expect(await call('exit', 0)).toBeUndefined();
      expect(host.describe('t:exit').kind).toBe('function.wasm');
    });
  });

  test('with anything else is the error of the call, and the host goes on', async () => {
    await withEnv({}, async ({ fails, call }) => {
      expect(await fails('exit', 3)).toMatchObject({
        kind: 'Internal',
        message: 't:exit exited with status 1',
        details: { function: 't:exit', status: 1 },
        retryable: false,
      });
      expect(await call('visits')).toBe(1);
    });
  });

  test('is denied where nothing grants it', async () => {
    await withEnv(
      {},
      async ({ host }) => {
        expect(await errorOf(host.call('t:exit', [0]))).toMatchObject({
          kind: 'PermissionDenied',
          message: 't:exit called wasi:cli/exit#exit, which its entry does not grant: add "wasi:cli" to imports',
        });
      },
      { fields: { imports: ['wasi:cli/environment'] } },
    );
  });
});
