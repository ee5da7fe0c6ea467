/** Stubs: what editors are told about a world. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWit } from '../../src/wit/parse.js';
import type { StubFunction } from '../../src/wit/stub-types.js';
import { luaStub } from '../../src/wit/stubs-lua.js';
import { type StubImports, tsStub } from '../../src/wit/stubs-ts.js';
import type { WitWorld } from '../../src/wit/types.js';
import { draws, numbersArbitrary, randomDocument } from './arbitrary.js';
import { typeProblems } from './type-check.js';

const WORLD = parseWit(`package my:app@1.0.0;
interface types {
  record user { id: u32, tag-count: option<u64>, tags: list<string> }
  variant shape { none, circle(f64), pair(tuple<u8, user>) }
  enum color { red, dark-blue }
  flags permissions { read, write-all }
}
interface store {
  use types.{user as person};
  resource counter {
    constructor(start: u32);
    increment: func(by: s64) -> option<option<u8>>;
    merge: static func(a: borrow<counter>) -> counter;
  }
  type user = u8;
  get: func(function: list<u8>) -> result<list<person>, string>;
}
world app {
  use types.{shape, color, permissions, user};
  import log: func(line: char);
  import store;
  export transform-users: func(users: list<user>, how: color) -> list<option<user>>;
  export draw: func(shape: shape, may: permissions) -> result;
  export nothing: func();
  export rooms: interface {
    resource session {
      say: func(word: string) -> bool;
    }
    open: func(user: string) -> session;
  }
}`).worlds[0]!;

const FUNCTIONS = functionsOf(WORLD, 'myns');

/** What it exports, under IDs as entries have them; methods are on the objects of their resources. */
function functionsOf(world: WitWorld, namespace: string): StubFunction[] {
  const exported = [...world.exports.functions, ...world.exports.interfaces.flatMap((each) => each.functions)];
  return exported
    .filter(({ role }) => role.kind !== 'method')
    .map((fn, index) => ({
      id: `${namespace}:${fn.name.replaceAll('-', '_')}_${index}`,
      function: fn,
      world,
      unwraps: false,
    }));
}

const importsOf = (world: WitWorld): StubImports => ({ world, ...world.imports });

const TS_STUB = `// my:app
import type { Handle } from 'moonwit';

export interface User {
  id: number;
  'tag-count'?: bigint | undefined;
  tags: Array<string>;
}

export type Color = 'red' | 'dark-blue';

export type Shape = { none: true } | { circle: number } | { pair: [number, User] };

export type Permissions = { read?: true; 'write-all'?: true };

export declare class Counter {
  constructor(start: number);
  increment(by: bigint): { some: number | undefined } | undefined;
  static merge(a: Counter): Counter;
}

export interface Session extends Handle {
  call(method: 'say', word: string): Promise<boolean>;
}

/** For \`createHost({ imports })\`. */
export interface Imports {
  'my:app/types@1.0.0': object;
  'my:app/store@1.0.0': {
    counter: typeof Counter;
    get(function_: Uint8Array): { ok: Array<User> } | { err: string } | Promise<{ ok: Array<User> } | { err: string }>;
  };
  log(line: string): void | Promise<void>;
}

/** What \`host.call\` takes and answers, by ID. */
export interface Functions {
  'myns:transform_users_0'(users: Array<User>, how: Color): Array<User | undefined>;
  'myns:draw_1'(shape: Shape, may: Permissions): { ok: true } | { err: true };
  'myns:nothing_2'(): void;
  'myns:open_3'(user: string): Session;
}
`;

const LUA_STUB = `---@meta funcs
-- my:app

---@class myns.user
---@field id integer
---@field ["tag-count"] (integer|int64)?
---@field tags string[]

---@alias myns.color "red"|"dark-blue"

---@alias myns.shape { none: true }|{ circle: number }|{ pair: { [1]: integer, [2]: myns.user } }

---@alias myns.permissions { read: true?, ["write-all"]: true? }

---@class myns.session
---@field say fun(self: myns.session, word: string): boolean
---@field drop fun(self: myns.session)
`;

const LUA_CALLS = `--- transform-users: func(users: list<user>, how: color) -> list<option<user>>
---@field call fun(id: "myns:transform_users_0", users: myns.user[], how: myns.color): (myns.user?)[]?, Error?
--- draw: func(shape: shape, may: permissions) -> result
---@field call fun(id: "myns:draw_1", shape: myns.shape, may: myns.permissions): ({ ok: true }|{ err: true })?, Error?
--- nothing: func()
---@field call fun(id: "myns:nothing_2"): nil, Error?
--- open: func(user: string) -> session
---@field call fun(id: "myns:open_3", user: string): myns.session?, Error?
funcs = {}

return funcs
`;

/** Stands in for the package, whose types do not lie beside the stubs. */
const PACKAGE = `declare module 'moonwit' {
  export interface Handle { call(method: string, ...args: unknown[]): Promise<unknown>; drop(): Promise<void> }
}
`;

describe('tsStub()', () => {
  test('declares types once, classes for what the program gives, handles for what guests give, and functions by ID', () => {
    expect(tsStub('my:app', FUNCTIONS, importsOf(WORLD))).toBe(TS_STUB);
  });

  test('type-checks under strict, for random worlds', () => {
    const worlds: WitWorld[] = [WORLD];
    fc.assert(
      fc.property(numbersArbitrary, (numbers) => {
        worlds.push(...randomDocument(draws(numbers)).worlds);
      }),
      { numRuns: 30 },
    );
    const folder = mkdtempSync(join(tmpdir(), 'wit-stubs-'));
    try {
      const files = worlds.map((world, index) => {
        const file = join(folder, `w${index}.ts`);
        writeFileSync(file, tsStub(world.id, functionsOf(world, 'a'), importsOf(world)));
        return file;
      });
      writeFileSync(join(folder, 'moonwit.d.ts'), PACKAGE);
      expect(typeProblems('esnext', [join(folder, 'moonwit.d.ts'), ...files])).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('of a function whose result is unwrapped', () => {
  test.each([
    ['result<u32, string>', 'number', 'integer?, Error?'],
    ['result<option<u32>, string>', 'number | undefined', 'integer?, Error?'],
    ['result<list<string>>', 'Array<string>', 'string[]?, Error?'],
    ['result', 'true', 'true?, Error?'],
    ['result<_, string>', 'true', 'true?, Error?'],
    ['u32', 'number', 'integer?, Error?'],
    ['option<result<u32>>', '{ ok: number } | { err: true } | undefined', '({ ok: integer }|{ err: true })?, Error?'],
  ])('%s is answered as %s, and in Lua as %s', (result, inTs, inLua) => {
    const [world] = parseWit(`package a:b; world w { export f: func() -> ${result}; }`).worlds;
    const functions = functionsOf(world!, 'a').map((each) => ({ ...each, unwraps: true }));
    expect(tsStub('t', functions, null)).toContain(`'a:f_0'(): ${inTs};\n`);
    expect(luaStub('t', functions)).toContain(`fun(id: "a:f_0"): ${inLua}\n`);
    expect(luaStub('t', functions)).toContain(`--- f: func() -> ${result}\n`);
  });
});

describe('luaStub()', () => {
  test('types funcs.call by ID, and gives resources their methods', () => {
    const stub = luaStub('my:app', FUNCTIONS);
    expect(stub.startsWith(LUA_STUB)).toBe(true);
    expect(stub.endsWith(LUA_CALLS)).toBe(true);
  });

  test('is comments and one empty table, whatever the world', () => {
    fc.assert(
      fc.property(numbersArbitrary, (numbers) => {
        for (const world of randomDocument(draws(numbers)).worlds) {
          const lines = luaStub(world.id, functionsOf(world, 'a.b')).split('\n');
          expect(lines.filter((line) => line !== '' && !line.startsWith('--'))).toEqual(['funcs = {}', 'return funcs']);
        }
      }),
    );
  });
});
