import { describe, expect, test } from 'vitest';
import { envOperations, resolveVariables } from '../../src/env/operations.js';
import { HostError } from '../../src/errors.js';
import { environmentIn, environmentOf, registryOf } from './helpers.js';

const MEMORY = '  - {name: m, kind: env.storage.memory}\n';

function failure(act: () => unknown): { kind: string; message: string } {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof HostError) return { kind: thrown.kind, message: thrown.message };
    throw thrown;
  }
  throw new Error('expected an error');
}

describe('a variable', () => {
  test('is found by its ID, its name, and the bare name of its entry in the namespace of who asks', async () => {
    const env = await environmentOf(`
  - {name: s, kind: env.storage.static, values: {API_KEY: k}}
  - {name: api_key, kind: env.variable, storage: s, variable: API_KEY}
`);
    expect([env.get('ns:api_key', ''), env.get('API_KEY', ''), env.get('api_key', 'ns')]).toEqual(['k', 'k', 'k']);
    expect(failure(() => env.get('api_key', 'other'))).toEqual({
      kind: 'NotFound',
      message: 'environment variable not found: api_key; did you mean API_KEY?',
    });
  });

  test('that no entry declares says how to declare it', async () => {
    const env = await environmentOf('  - {name: o, kind: env.storage.os}\n', { processEnv: { HOME: '/h' } });
    expect(failure(() => env.get('HOME', 'ns'))).toEqual({
      kind: 'NotFound',
      message:
        'environment variable not found: HOME; the registry declares what can be read: an entry of kind env.variable, ' +
        'whose storage is an env.storage.os for a variable of the process',
    });
  });

  test('without a name lies under its ID', async () => {
    const env = await environmentOf(
      '  - {name: o, kind: env.storage.os}\n  - {name: v, kind: env.variable, storage: o}\n',
      {
        processEnv: { 'ns:v': 'x' },
      },
    );
    expect(env.get('ns:v', '')).toBe('x');
    expect(env.variables).toEqual([{ id: 'ns:v', name: null }]);
    expect({ ...env.all() }).toEqual({ 'ns:v': 'x' });
  });

  test.each<[string, string | null, string]>([
    ['A', 'a', 'a stored value'],
    ['EMPTY', '', 'a stored empty text, which is a value'],
    ['MISSING', 'fallback', 'the default where nothing is stored'],
    ['MISSING_EMPTY', '', 'a default that is empty'],
    ['NONE', null, 'null where there is neither'],
  ])('%s reads as %j: %s', async (name, value) => {
    const env = await environmentOf(`
  - {name: s, kind: env.storage.static, values: {A: a, EMPTY: "", NUMBER: 1}}
  - {name: a, kind: env.variable, storage: s, variable: A, default: fallback}
  - {name: e, kind: env.variable, storage: s, variable: EMPTY, default: fallback}
  - {name: m, kind: env.variable, storage: s, variable: MISSING, default: fallback}
  - {name: me, kind: env.variable, storage: s, variable: MISSING_EMPTY, default: ""}
  - {name: n, kind: env.variable, storage: s, variable: NONE}
`);
    expect(env.get(name, 'ns')).toBe(value);
  });

  test('keeps the notation of numbers and booleans that YAML would read', async () => {
    const env = await environmentOf(`
  - {name: s, kind: env.storage.static, values: {MODE: 0755, ON: true, FLOAT: 1.0}}
  - {name: a, kind: env.variable, storage: s, variable: MODE}
  - {name: b, kind: env.variable, storage: s, variable: ON}
  - {name: c, kind: env.variable, storage: s, variable: FLOAT}
`);
    expect({ ...env.all() }).toEqual({ MODE: '0755', ON: 'true', FLOAT: '1.0' });
  });

  test('that is not set is not among all', async () => {
    const env = await environmentOf(`${MEMORY}  - {name: v, kind: env.variable, storage: m, variable: V}\n`);
    expect(Object.keys(env.all())).toEqual([]);
    env.set('V', '', 'ns');
    expect({ ...env.all() }).toEqual({ V: '' });
  });
});

describe('setting', () => {
  test.each([
    ['in memory', MEMORY, ''],
    ['in the first storage of a router', `${MEMORY}  - {name: s, kind: env.storage.router, storages: [m]}\n`, ''],
  ])('%s is seen by the next reader', async (_name, storages) => {
    const id = storages.includes('router') ? 's' : 'm';
    const env = await environmentOf(
      `${storages}  - {name: v, kind: env.variable, storage: ${id}, variable: V, default: d}\n`,
    );
    env.set('v', 'x', 'ns');
    expect(env.get('V', '')).toBe('x');
  });

  test.each([
    [
      'a read-only variable',
      '  - {name: v, kind: env.variable, storage: m, readonly: true}\n',
      'environment variable is read-only: ns:v (env.yaml:4 ',
    ],
    [
      'the process',
      '  - {name: o, kind: env.storage.os}\n  - {name: v, kind: env.variable, storage: o}\n',
      'storage is read-only: ns:o',
    ],
    [
      'static values',
      '  - {name: s, kind: env.storage.static}\n  - {name: v, kind: env.variable, storage: s}\n',
      'storage is read-only: ns:s',
    ],
    [
      'a router whose first storage is read-only',
      '  - {name: s, kind: env.storage.static}\n  - {name: r, kind: env.storage.router, storages: [s, m]}\n  - {name: v, kind: env.variable, storage: r}\n',
      'storage is read-only: ns:s',
    ],
  ])('in %s is denied', async (_name, list, message) => {
    const env = await environmentOf(MEMORY + list);
    const error = failure(() => env.set('v', 'SECRET', 'ns'));
    expect(error.kind).toBe('PermissionDenied');
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('SECRET');
  });

  test('takes 128 KiB and not a byte more, and no NUL', async () => {
    const env = await environmentOf(`${MEMORY}  - {name: v, kind: env.variable, storage: m}\n`);
    env.set('v', 'x'.repeat(131_072), 'ns');
    expect(failure(() => env.set('v', 'x'.repeat(131_073), 'ns')).kind).toBe('Invalid');
    expect(failure(() => env.set('v', 'a\0b', 'ns')).message).toBe(
      'ns:v cannot be set: the value holds a NUL character',
    );
  });
});

test('a router reads its storages in order', async () => {
  const env = await environmentOf(`
  - {name: a, kind: env.storage.static, values: {X: a}}
  - {name: b, kind: env.storage.static, values: {X: b, Y: b}}
  - {name: inner, kind: env.storage.router, storages: [b]}
  - {name: r, kind: env.storage.router, storages: [a, inner]}
  - {name: x, kind: env.variable, storage: r, variable: X}
  - {name: y, kind: env.variable, storage: r, variable: Y}
`);
  expect({ ...env.all() }).toEqual({ X: 'a', Y: 'b' });
});

test('the process is read at each get', async () => {
  const processEnv: Record<string, string | undefined> = {};
  const list = '  - {name: o, kind: env.storage.os}\n  - {name: v, kind: env.variable, storage: o, variable: V}\n';
  const env = await environmentOf(list, { processEnv });
  expect(env.get('V', '')).toBeNull();
  processEnv.V = 'later';
  expect(env.get('V', '')).toBe('later');
});

test('a variable named after a member of objects is not there', async () => {
  const list =
    '  - {name: o, kind: env.storage.os}\n  - {name: v, kind: env.variable, storage: o, variable: constructor}\n';
  expect((await environmentOf(list, { processEnv: {} })).get('constructor', '')).toBeNull();
});

describe('resolveVariables()', () => {
  const LIST = `
  - {name: s, kind: env.storage.static, values: {A: a, EMPTY: ""}}
  - {name: a, kind: env.variable, storage: s, variable: A}
  - {name: e, kind: env.variable, storage: s, variable: EMPTY}
  - {name: d, kind: env.variable, storage: s, variable: D, default: dd}
  - {name: none, kind: env.variable, storage: s, variable: NONE}
`;

  test('gives values under the names that a guest sees, in their order, without what is missing', async () => {
    const registry = await registryOf(LIST);
    const wanted = [
      { id: 'ns:d', name: 'X', required: true },
      { id: 'ns:none', name: 'Y', required: false },
      { id: 'ns:e', name: 'Z', required: true },
      { id: 'ns:a', name: 'A', required: false },
    ];
    expect(resolveVariables(environmentIn(registry), registry, wanted)).toEqual([
      ['X', 'dd'],
      ['Z', ''],
      ['A', 'a'],
    ]);
  });

  test('says where a required variable without a value is written, and where the value would lie', async () => {
    const registry = await registryOf(LIST);
    const operations = envOperations(() => ({ registry, environment: environmentIn(registry) }));
    const wanted = [{ id: 'ns:none', name: 'Y', required: true }];
    const session = { id: 'ns:f', keep: () => expect.fail('nothing is kept') };
    const act = (): unknown => operations['env.resolve']!(session, [wanted], new AbortController().signal);
    expect(failure(act)).toEqual({
      kind: 'NotFound',
      message:
        'required wasi env variable not found: ns:none (env.yaml:8:12): ns:s has no NONE: set it there, or give the entry a default',
    });
  });
});
