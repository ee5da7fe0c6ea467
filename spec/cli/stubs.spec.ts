/** `moonwit stubs`: of a registry, of IDs, of a file. What the stubs say of types is in spec/wit/stubs.spec.ts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { GUESTS, ROOT } from '../host/guests.js';
import { specVm } from '../lua/support.js';
import { typeProblems } from '../wit/type-check.js';
import { AT_ROOT, folderWith, temporary } from './folders.js';
import { cli } from './run-cli.js';

describe('moonwit stubs', () => {
  test('prints Lua annotations of every function of the registry that has types', async () => {
    const { code, out, err } = await cli(['stubs'], AT_ROOT);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^---@meta funcs\n-- Functions of /);
    expect(out).toContain('---@field call fun(id: "myns:compute", a: integer, b: integer): integer?, Error?\n');
    expect(out).toContain(
      '---@field call fun(id: "myns:transform_users", users: myns.user[]): myns.user_view[]?, Error?\n',
    );
  });

  test('prints Lua that Lua takes', async () => {
    const { out } = await cli(['stubs'], AT_ROOT);
    const { vm } = specVm();
    expect(await vm.runScript({ name: 'funcs.d.lua', source: Buffer.from(out) })).toHaveLength(1);
  });

  test('prints of IDs only what these need', async () => {
    const { out } = await cli(['stubs', 'myns:filter_active', '--lang', 'ts'], AT_ROOT);
    expect(out).toBe(`// myns:filter_active

export interface User {
  id: number;
  name: string;
  tags: Array<string>;
  active: boolean;
}

/** What \`host.call\` takes and answers, by ID. */
export interface Functions {
  'myns:filter_active'(users: Array<User>): Array<User>;
}
`);
  });

  test('prints of a file the IDs that moonwit add gives', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: shop\nentries: []\n' });
    const file = join(GUESTS, 'resources.wasm');
    const { out } = await cli(['stubs', file, '--namespace', 'shop', '--lang', 'ts'], { cwd: folder });
    const added = await cli(['add', file, '--json'], { cwd: folder });
    const { functions } = JSON.parse(added.out) as { functions: string[] };
    expect([...out.matchAll(/^ {2}'(shop:\w+)'\(/gm)].map(([, id]) => id)).toEqual(functions);
  });

  test('prints of a file as Imports what only a program can give, and nothing of WASI', async () => {
    const { out } = await cli(['stubs', join(GUESTS, 'imports.wasm'), '--lang', 'ts'], AT_ROOT);
    expect(out).toContain(
      "  'moonwit:host/log@1.0.0': {\n    log(level: string, message: string): void | Promise<void>;\n",
    );
    expect(out).not.toContain('wasi:');
    const ofWasi = await cli(['stubs', join(GUESTS, 'stdio.wasm'), '--lang', 'ts'], AT_ROOT);
    expect(ofWasi.out).not.toContain('Imports');
  });

  test.each<[name: string, args: readonly string[], code: number, told: string]>([
    ['an ID that is not there names the nearest', ['myns:comput'], 1, 'did you mean myns:compute?'],
    ['a language that is not known names those that are', ['--lang', 'go'], 2, '--lang go: expected lua or ts'],
    ['a file beside IDs is refused', ['a.wasm', 'myns:compute'], 2, 'name one .wasm file, or IDs'],
    ['a file that is not there is told', ['gone.wasm'], 2, 'cannot read gone.wasm: ENOENT'],
    ['--namespace without a file is refused', ['-n', 'a'], 2, '--namespace is for a .wasm file'],
    [
      'a namespace that no entry could have is refused',
      ['a.wasm', '-n', 'a b'],
      2,
      '--namespace a b: expected letters',
    ],
  ])('%s', async (_name, args, expected, told) => {
    const { code, err } = await cli(['stubs', ...args], AT_ROOT);
    expect(code).toBe(expected);
    expect(err).toContain(told);
  });

  test('a function in Lua is told to have no types', async () => {
    const source = 'return function() return 1 end';
    const entry = `{name: one, kind: function.lua, source: ${source}, method: one}`;
    const folder = folderWith({ 'registry/r.yaml': `namespace: app\nentries:\n  - ${entry}\n` });
    const { code, err } = await cli(['stubs', 'app:one'], { cwd: folder });
    expect(code).toBe(1);
    expect(err).toContain('app:one is a function.lua, which has no types to make a stub of');
  });
});

describe('what docs/cli.md makes of a stub', () => {
  let folder: string;
  beforeAll(async () => {
    folder = temporary();
    const { out } = await cli(['stubs', '--lang', 'ts'], AT_ROOT);
    writeFileSync(join(folder, 'functions.ts'), out);
  });

  const compile = (line: string): string => {
    const [, example = ''] = /```ts\n(import type \{ Functions[\s\S]*?)```/.exec(
      readFileSync(join(ROOT, 'docs/cli.md'), 'utf8'),
    )!;
    const host = 'declare const host: { call<T = unknown>(id: string, args?: readonly unknown[]): Promise<T> };\n';
    writeFileSync(join(folder, 'main.ts'), `${host}${example.replace(/const sum.*\n/, '')}${line}\n`);
    return typeProblems('nodenext', [join(folder, 'main.ts')]);
  };

  test('takes calls that fit', () => {
    expect(compile("export const sum: Promise<number> = call('myns:compute', 2, 3);")).toBe('');
  });

  test('refuses arguments of another type, and IDs that are not there', () => {
    expect(compile("export const sum = call('myns:compute', 2, '3');")).toContain("'string' is not assignable");
    expect(compile("export const sum = call('myns:comput', 2, 3);")).toContain('myns:comput');
  });
});
