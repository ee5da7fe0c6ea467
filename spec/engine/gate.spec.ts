import { describe, expect, test } from 'vitest';
import type { ComponentPlan, PlanImport } from '../../src/component/types.js';
import {
  gateFor,
  type HostImports,
  type ImportReport,
  missingImport,
  providedBy,
  reportImports,
} from '../../src/engine/gate.js';
import { preview1Group } from '../../src/engine/preview1.js';
import { type ImportGrant, parseImport } from '../../src/registry/kinds/imports.js';

const grants = (...names: string[]): ImportGrant[] =>
  names.map((name) => parseImport(name) ?? { group: name.toLowerCase(), interface: null });

const planImport = (name: string): PlanImport => ({
  name,
  kind: 'interface',
  interface: { id: name, types: [], functions: [] },
  function: null,
  coreFunctions: [],
});

describe('missingImport()', () => {
  test.each([
    ['wasi:cli/stderr@0.2.0', 'get-stderr', 'add "wasi:cli" to imports'],
    ['wasi:cli/stderr@0.2.12', 'get-stderr', 'add "wasi:cli" to imports'],
    ['wasi:io/poll@0.2.0', 'poll', 'add "wasi:io" to imports'],
    ['wasi:filesystem/types@0.2.0', '[method]descriptor.read', 'add "wasi:filesystem" to imports'],
    ['wippy:runtime/funcs@0.1.0', 'call-string', 'add "funcs" to imports'],
    ['wasi_snapshot_preview1', 'random_get', 'add "wasi:random" to imports'],
    ['acme:shop/prices@1.0.0', 'price', 'add "acme:shop/prices" to imports'],
  ])('%s#%s says: %s', (name, fn, hint) => {
    const host = { 'acme:shop/prices': {} };
    const error = missingImport('myns:f', name, fn, [], host);
    const bare = name.replace(/@.*/, '');
    expect(error).toMatchObject({
      kind: 'PermissionDenied',
      message: `myns:f called ${bare}#${fn}, which its entry does not grant: ${hint}`,
    });
  });

  test('where more than one is missing, the hint has the whole line, with what is granted already', () => {
    const report = (name: string, group: string, state: ImportReport['state'] = 'not granted') =>
      ({ name, state, built: true, grants: [group], functions: ['f'] }) satisfies ImportReport;
    const reports = [
      report('wasi:cli/stdin@0.2.0', 'wasi:cli'),
      report('wasi:cli/stdout@0.2.0', 'wasi:cli'),
      report('wasi:io/streams@0.2.0', 'wasi:io'),
      report('wasi:random/random@0.2.0', 'wasi:random', 'granted'),
      report('acme:x/y', 'acme:x/y', 'not provided'),
    ];
    const hintOf = (known: readonly ImportReport[]) =>
      missingImport('myns:f', 'wasi:cli/stdin@0.2.0', 'get-stdin', grants('wasi:random/random'), {}, known).details
        ?.hint;
    expect(hintOf(reports)).toBe(
      'to grant all that it imports: imports: [wasi:random/random, wasi:cli, wasi:io]; moonwit show myns:f says what for',
    );
    expect(hintOf(reports.slice(0, 2))).toBeUndefined();
  });

  test('another version than this host has is Unavailable, granted or not', () => {
    for (const granted of [[], grants('wasi:cli')]) {
      expect(missingImport('myns:f', 'wasi:cli/stderr@0.3.0', 'get-stderr', granted, {})).toMatchObject({
        kind: 'Unavailable',
        message:
          'myns:f called wasi:cli/stderr#get-stderr of version 0.3.0, which this host does not have: it has 0.2.x',
      });
    }
  });

  test('what no host has is Unavailable, granted or not', () => {
    expect(missingImport('myns:f', 'acme:x/y@1.0.0', 'z', [], {})).toMatchObject({
      kind: 'Unavailable',
      message:
        'myns:f called acme:x/y#z, which this host does not provide: give it to createHost in imports, then name it in the entry',
    });
  });
});

describe('gateFor()', () => {
  const prices = { price: () => 1 };
  const host: HostImports = { 'acme:shop/prices@1.2.0': prices };

  test.each<[string, string[], string, boolean]>([
    ['the same version', ['acme:shop/prices'], 'acme:shop/prices@1.2.0', true],
    ['another version of the major', ['acme:shop/prices'], 'acme:shop/prices@1.0.0', true],
    ['another major', ['acme:shop/prices'], 'acme:shop/prices@2.0.0', false],
    ['nothing granted', [], 'acme:shop/prices@1.2.0', false],
    ['another interface granted', ['acme:shop/stock'], 'acme:shop/prices@1.2.0', false],
    ['a WASI group granted', ['wasi:cli'], 'acme:shop/prices@1.2.0', false],
  ])('%s', (_, granted, name, passes) => {
    expect(gateFor(grants(...granted), host)(planImport(name), { memory: () => null }, null)).toBe(
      passes ? prices : undefined,
    );
  });
});

describe('reportImports()', () => {
  const given = { 'acme:shop/prices': {}, 'wasi:clocks/wall-clock': {} };
  const coreImport = (...coreFunctions: string[]): PlanImport => ({
    name: 'wasi_snapshot_preview1',
    kind: 'core',
    interface: null,
    function: null,
    coreFunctions,
  });
  const withFunction = (name: string): PlanImport => {
    const each = planImport(name);
    const fn = { name: 'f', type: { params: [], result: null }, role: { kind: 'freestanding' } };
    return { ...each, interface: { ...each.interface!, functions: [fn as never] } };
  };

  test.each<[string, PlanImport, string[], string]>([
    ['a host interface that is granted', withFunction('acme:shop/prices'), ['acme:shop/prices'], 'granted'],
    ['a host interface that is not', withFunction('acme:shop/prices'), [], 'not granted'],
    ['an interface that no host has', withFunction('acme:x/y'), ['acme:x/y'], 'not provided'],
    ['WASI that is granted', withFunction('wasi:cli/stdout@0.2.0'), ['wasi:cli'], 'granted'],
    ['WASI that is not', withFunction('wasi:cli/stdout@0.2.0'), [], 'not granted'],
    ['the newest WASI 0.2', withFunction('wasi:cli/stdout@0.2.12'), ['wasi:cli'], 'granted'],
    ['WASI before 0.2', withFunction('wasi:cli/stdout@0.1.9'), ['wasi:cli'], 'not provided'],
    ['WASI after 0.2', withFunction('wasi:cli/stdout@0.3.0'), ['wasi:cli'], 'not provided'],
    ['one interface of a group', withFunction('wasi:cli/stdout@0.2.0'), ['wasi:cli/stdout'], 'granted'],
    ['another interface of a group', withFunction('wasi:cli/stdout@0.2.0'), ['wasi:cli/stderr'], 'not granted'],
    ['poll by its own name', withFunction('wasi:io/poll@0.2.0'), ['wasi:poll'], 'granted'],
    ['streams by the name of poll', withFunction('wasi:io/streams@0.2.0'), ['wasi:poll'], 'not granted'],
    ['WASI that the host program gives', withFunction('wasi:clocks/wall-clock@0.2.0'), ['wasi:clocks'], 'granted'],
    ['preview 1', coreImport('fd_write'), ['wasi:cli'], 'granted'],
    ['preview 1 that there is not', coreImport('fd_write', 'nonsense'), ['wasi:cli'], 'not provided'],
    ['funcs', withFunction('wippy:runtime/funcs@0.1.0'), ['funcs'], 'granted'],
    ['another version of funcs', withFunction('wippy:runtime/funcs@0.2.0'), ['funcs'], 'not provided'],
  ])('%s', (_, each, granted, state) => {
    const shown = (report: ImportReport) => report.state + (report.built ? '' : ', not built');
    const plan = { imports: [each] } as unknown as ComponentPlan;
    expect(reportImports(plan, grants(...granted), given).map(shown)).toEqual([state]);
  });
});

test.each<[string[], string[]]>([
  [[], ['wasi:cli', 'wasi:io', 'wasi:random']],
  [['wasi:cli'], ['wasi:io', 'wasi:random']],
  [['wasi:cli', 'wasi:poll'], ['wasi:random']],
  [['wasi:filesystem', 'wasi:io', 'wasi:random'], ['wasi:cli']],
])('reportImports() of a core module with the grants %j names what is missing: %j', (granted, missing) => {
  const coreFunctions = ['fd_write', 'proc_exit', 'poll_oneoff', 'random_get'];
  const each = { name: 'wasi_snapshot_preview1', kind: 'core', interface: null, function: null, coreFunctions };
  const [report] = reportImports({ imports: [each] } as unknown as ComponentPlan, grants(...granted), {});
  expect(report).toMatchObject({ state: 'not granted', grants: missing });
});

test('providedBy() takes 0.2.x for 0.2.y, and not 0.3', () => {
  const host = { 'wasi:clocks/wall-clock@0.2.0': {} };
  expect(providedBy('wasi:clocks/wall-clock@0.2.12', host)).toBeDefined();
  expect(providedBy('wasi:clocks/wall-clock@0.3.0', host)).toBeUndefined();
  expect(providedBy('constructor', {})).toBeUndefined();
});

test.each([
  ['fd_write', 'wasi:cli'],
  ['path_open', 'wasi:filesystem'],
  ['clock_time_get', 'wasi:clocks'],
  ['random_get', 'wasi:random'],
  ['sock_send', 'wasi:sockets'],
  ['proc_exit', 'wasi:cli'],
  ['poll_oneoff', 'wasi:io'],
])('preview 1 %s is granted by %s', (name, group) => {
  expect(preview1Group(name)[0]).toBe(group);
});

test('preview 1 has no fd_nonsense', () => {
  expect(preview1Group('nonsense')).toEqual([]);
});
