/**
 * The texts that the project promises, each where it arises: what users search for, and what programs and people have
 * learnt to read. One host, one row for each.
 */

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ERROR_KINDS, HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';
import { guestEntry, registryOf } from '../host/guests.js';

const lua = (name: string, source: string, more: object = {}) => ({
  name,
  kind: 'function.lua',
  source,
  method: name,
  modules: ['funcs'],
  ...more,
});

const registry = {
  ...registryOf(
    guestEntry('transform_users', 'mapper', 'transform-users'),
    guestEntry('compute', 'compute', 'compute'),
    guestEntry('complain', 'libc', 'complain'),
    guestEntry('leave', 'libc', 'leave'),
    guestEntry('double', 'imports', 'quadruple'),
    guestEntry('unreachable', 'fail', 'unreachable', { pool: { type: 'lazy', max_size: 1 } }),
    guestEntry('nested', 'fail', 'abort-nested'),
    guestEntry('divide', 'fail', 'divide'),
    guestEntry('deep', 'fail', 'stack-overflow'),
    guestEntry('read', 'fail', 'read-at'),
    lua('down', 'return function(n) return require("funcs").call("myns:down", n + 1) end'),
    lua('spin', 'return function() while true do end end', { limits: { max_execution_ms: 50 } }),
  ),
  namespace: 'myns',
} as const;
const entries = registry.entries?.map((entry) => ({
  ...(entry as object),
  ...('fs' in (entry as object) ? { fs: 'myns:guests' } : {}),
}));
const host = await createHost({ registry: { ...registry, entries: entries as object[] } });
afterAll(() => host.close());

async function errorOf(id: string, ...args: unknown[]): Promise<HostError> {
  const outcome = await host.call(id, args).then(
    (value) => new Error(`gave ${String(value)}`),
    (thrown: unknown) => thrown,
  );
  if (!(outcome instanceof HostError)) throw outcome;
  return outcome;
}

const USERS = [
  { id: 1, name: 'A', tags: [], active: true },
  { id: 2, name: 'B', tags: 5, active: true },
];

describe('a promised text', () => {
  test.each<[string, unknown[], string, string]>([
    ['', [], 'Invalid', 'function ID required'],
    ['compute', [], 'Invalid', 'namespace required in function ID'],
    [':compute', [], 'Invalid', 'namespace required in function ID'],
    ['myns:', [], 'Invalid', 'name required in function ID'],
    ['myns:nope', [], 'NotFound', 'no handler registered for target myns:nope'],
    [
      'myns:compute',
      [6],
      'Invalid',
      'myns:compute: expected 2 arguments, got 1\n  compute: func(a: s32, b: s32) -> s32',
    ],
    [
      'myns:transform_users',
      [USERS],
      'Invalid',
      'myns:transform_users: argument 1 (users): [2].tags: expected list<string>, got number 5\n' +
        '  transform-users: func(users: list<user>) -> list<user-view>',
    ],
    [
      'myns:complain',
      ['x'],
      'PermissionDenied',
      'myns:complain called wasi:cli/stdin#get-stdin, which its entry does not grant: add "wasi:cli" to imports',
    ],
    [
      'myns:leave',
      [3],
      'PermissionDenied',
      'myns:leave called wasi:cli/exit#exit, which its entry does not grant: add "wasi:cli" to imports',
    ],
    [
      'myns:double',
      [1],
      'Unavailable',
      'myns:double called double, which this host does not provide: give it to createHost in imports, then name it in the entry',
    ],
    ['myns:unreachable', [], 'Internal', 'wasm trap: unreachable'],
    ['myns:spin', [], 'Timeout', 'myns:spin exceeded its limit of 50 ms'],
  ])('%s %j: %s', async (id, args, kind, text) => {
    expect(await errorOf(id, ...args)).toMatchObject({ kind, message: text });
  });

  test('of a chain that is too deep begins with the limit and names the chain', async () => {
    const { kind, message } = await errorOf('myns:down', 1);
    expect(kind).toBe('Unavailable');
    expect(message).toBe('call chain deeper than 64: myns:down ×65');
  });

  test('of every trap begins alike, and the stack has the names of the guest', async () => {
    for (const [id, ...args] of [
      ['myns:unreachable'],
      ['myns:divide', 0],
      ['myns:deep'],
      ['myns:read', 2 ** 32 - 1],
    ] as const) {
      const { kind, message } = await errorOf(id, ...args);
      expect([kind, message.slice(0, 11)], message).toEqual(['Internal', 'wasm trap: ']);
    }
    const { details } = await errorOf('myns:nested');
    expect(details?.stack).toMatch(/inner_step[\s\S]*middle_step[\s\S]*outer_step/);
  });
});

test('the constants of errors have the values of the kinds', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'moonwit-texts-')), 'kinds.lua');
  const names =
    'NOT_FOUND ALREADY_EXISTS INVALID PERMISSION_DENIED UNAVAILABLE INTERNAL CANCELED CONFLICT TIMEOUT RATE_LIMITED UNKNOWN';
  writeFileSync(
    file,
    `return ${names
      .split(' ')
      .map((name) => `errors.${name}`)
      .join(', ')}`,
  );
  expect(await host.run(file)).toEqual([...ERROR_KINDS]);
});

test('of an interface given by TypeScript that lacks a function names what is near', async () => {
  const registry = registryOf(guestEntry('clock', 'imports', 'clock', { imports: ['moonwit:host/log'] }));
  await using lacking = await createHost({ registry, imports: { 'moonwit:host/log': { nwo: () => 1n } } });
  await expect(lacking.call('t:clock')).rejects.toMatchObject({
    kind: 'Unavailable',
    message:
      't:clock called moonwit:host/log#now, which the interface given to createHost does not have: there is "nwo", did you mean now?',
  });
});
