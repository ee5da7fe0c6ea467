/** The environment as scripts and guests see it, and what nobody ever sees of it. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import type { RegistryDocument } from '../../src/registry/types.js';
import { errorOf, withGuest } from './wasi.js';

function lua(name: string, body: string): object {
  const source = `return { ${name} = function(...) ${body} end }`;
  return { name, kind: 'function.lua', source, method: name, modules: ['env', 'registry'] };
}

const STORAGES = [
  { name: 'secrets', kind: 'env.storage.static', values: { TOKEN: 'st-secret', EMPTY: '' } },
  { name: 'memory', kind: 'env.storage.memory' },
  { name: 'token', kind: 'env.variable', storage: 'secrets', variable: 'TOKEN' },
  { name: 'empty', kind: 'env.variable', storage: 'secrets', variable: 'EMPTY', default: 'unused' },
  { name: 'none', kind: 'env.variable', storage: 'secrets', variable: 'NONE' },
  { name: 'fallback', kind: 'env.variable', storage: 'secrets', variable: 'FALLBACK', default: 'st-default' },
  { name: 'counter', kind: 'env.variable', storage: 'memory', variable: 'COUNTER' },
  { name: 'fixed', kind: 'env.variable', storage: 'memory', variable: 'FIXED', readonly: true },
];

/** Sets the variable of the memory. */
const SET = lua('set', 'return env.set("COUNTER", ...)');

function registry(...entries: object[]): RegistryDocument {
  return { namespace: 'app', entries: [...STORAGES, ...entries] };
}

describe('the Lua module env', () => {
  test.each([
    ['a public name', 'env.get("TOKEN")', 'st-secret'],
    ['an ID', 'env.get("app:token")', 'st-secret'],
    ['a bare name of its namespace', 'env.get("token")', 'st-secret'],
    ['an empty value', 'env.get("EMPTY")', ''],
    ['a default', 'env.get("FALLBACK")', 'st-default'],
    ['no value', 'env.get("NONE")', 'NotFound: environment variable not found: NONE has no value'],
    ['no variable', 'env.get("TOKNE")', 'NotFound: environment variable not found: TOKNE; did you mean TOKEN?'],
    ['an empty name', 'env.get("")', 'Invalid: empty key'],
    ['a name that is no text', 'env.get("\\255")', 'Invalid: env.get: the name is not valid UTF-8'],
    ['a set', 'env.set("COUNTER", "1")', true],
    ['a value that is no text', 'env.set("COUNTER", "\\255")', 'Invalid: env.set: the value is not valid UTF-8'],
    [
      'a read-only variable',
      'env.set("FIXED", "x")',
      'PermissionDenied: environment variable is read-only: app:fixed (registry:0 says readonly: true)',
    ],
    ['a read-only storage', 'env.set("TOKEN", "x")', 'PermissionDenied: storage is read-only: app:secrets'],
  ])('answers %s', async (_name, call, expected) => {
    const body = `local function told(value, err) if err == nil then return value end return err:kind() .. ": " .. err:message() end return told(${call})`;
    await using host = await createHost({ registry: registry(lua('f', body)) });
    expect(await host.call('app:f')).toBe(expected);
  });

  test('raises for arguments that are no strings', async () => {
    await using host = await createHost({ registry: registry(lua('f', 'return env.get({})')) });
    expect((await errorOf(host.call('app:f'))).message).toContain('bad argument #1');
  });

  test('gives what was set to every function, and all that has a value', async () => {
    const set = lua('set', 'return env.set("COUNTER", ...)');
    const all = lua('all', 'return env.get_all()');
    await using host = await createHost({ registry: registry(set, all) });
    await host.call('app:set', ['2']);
    expect(await host.call('app:all')).toEqual({ TOKEN: 'st-secret', EMPTY: '', FALLBACK: 'st-default', COUNTER: '2' });
  });

  test('knows nothing where there is nothing', async () => {
    const all = lua('all', 'return next(env.get_all()) == nil, env.get("X")');
    await using host = await createHost({ registry: { namespace: 'app', entries: [all] } });
    expect(await host.call('app:all')).toBe(true);
  });

  test('allows nothing to an actor whose scope says nothing', async () => {
    const body = 'local value, err = env.get("TOKEN") return err:kind()';
    const asked = lua('asked', body);
    const caller = {
      name: 'caller',
      kind: 'function.lua',
      source:
        'return { run = function() local e = funcs.new():with_actor(security.new_actor("a")):with_scope(security.new_scope({})) return e:call("app:asked") end }',
      method: 'run',
      modules: ['funcs', 'security'],
    };
    await using host = await createHost({ registry: registry(asked, caller) });
    expect(await host.call('app:caller')).toBe('PermissionDenied');
  });

  test('does not give values away by the registry module', async () => {
    const body = 'return { registry.get("app:secrets").data, registry.get("app:fallback").data }';
    await using host = await createHost({ registry: registry(lua('f', body)) });
    expect(await host.call('app:f')).toEqual([
      { values: { TOKEN: '[redacted]', EMPTY: '[redacted]' } },
      { storage: 'secrets', variable: 'FALLBACK', default: '[redacted]' },
    ]);
  });
});

describe('a guest', () => {
  const guest = { imports: ['wasi:cli'], pool: { type: 'static', size: 1, workers: 1 } };

  test('gets values at each call, under the names of its entry', async () => {
    const wasi = {
      env: [
        { id: 'token', name: 'KEY', required: true },
        { id: 'none', name: 'NONE' },
        { id: 'empty', name: 'EMPTY', required: true },
        { id: 'counter', name: 'COUNTER' },
      ],
    };
    await withGuest(
      'env',
      ['environment'],
      { fields: { ...guest, wasi }, entries: [...STORAGES, SET] },
      async ({ call, host }) => {
        expect(await call('environment')).toEqual([
          ['KEY', 'st-secret'],
          ['EMPTY', ''],
        ]);
        await host.call('t:set', ['7']);
        expect(await call('environment')).toEqual([
          ['KEY', 'st-secret'],
          ['EMPTY', ''],
          ['COUNTER', '7'],
        ]);
      },
    );
  });

  test('does not run where a required value is missing', async () => {
    const wasi = { env: [{ id: 'none', name: 'NONE', required: true }] };
    await withGuest(
      'env',
      ['visits'],
      { fields: { ...guest, wasi }, entries: [...STORAGES, SET] },
      async ({ fails }) => {
        const error = await fails('visits');
        expect([error.kind, error.message]).toEqual([
          'NotFound',
          expect.stringContaining('required wasi env variable not found: t:none'),
        ]);
      },
    );
  });
});

test('scripts have env, without a namespace of their own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-env-'));
  mkdirSync(join(folder, 'registry'));
  const file = join(folder, 'script.lua');
  writeFileSync(file, 'return env.get("TOKEN"), env.get("app:token"), env.get("token") == nil');
  await using host = await createHost({ registry: registry() });
  expect(await host.run(file)).toEqual(['st-secret', 'st-secret', true]);
});
