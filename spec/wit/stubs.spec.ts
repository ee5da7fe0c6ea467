/** Stubs: what editors are told about a world. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseWit } from '../../src/wit/parse.js';
import { luaStub } from '../../src/wit/stubs-lua.js';
import { tsStub } from '../../src/wit/stubs-ts.js';
import type { WitWorld } from '../../src/wit/types.js';
import { draws, numbersArbitrary, randomDocument } from './arbitrary.js';

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
}`).worlds[0]!;

const TS_STUB = `// World my:app/app@1.0.0

export interface User {
  id: number;
  'tag-count'?: bigint | undefined;
  tags: Array<string>;
}

export type Shape = { none: true } | { circle: number } | { pair: [number, User] };

export type Color = 'red' | 'dark-blue';

export type Permissions = { read?: true; 'write-all'?: true };

export type StoreUser = number;

export declare class Counter {
  constructor(start: number);
  increment(by: bigint): { some: number | undefined } | undefined;
  static merge(a: Counter): Counter;
  drop(): void;
}

export interface Imports {
  'my:app/types@1.0.0': object;
  'my:app/store@1.0.0': {
    counter: typeof Counter;
    get(function_: Uint8Array): { ok: Array<User> } | { err: string };
  };
  log(line: string): void;
}

export interface Exports {
  'transform-users'(users: Array<User>, how: Color): Array<User | undefined>;
  draw(shape: Shape, may: Permissions): { ok: true } | { err: true };
  nothing(): void;
}
`;

const LUA_STUB = `---@meta
-- World my:app/app@1.0.0

---@class myns.user
---@field id integer
---@field ["tag-count"] (integer|int64)?
---@field tags string[]

---@alias myns.shape { none: true }|{ circle: number }|{ pair: { [1]: integer, [2]: myns.user } }

---@alias myns.color "red"|"dark-blue"

---@alias myns.permissions { read: true?, ["write-all"]: true? }

---@alias myns.store_user integer

---@class myns.counter
---@field increment fun(self: myns.counter, by: integer|int64): ({ some: integer? }?)
---@field drop fun(self: myns.counter)

---@class funcs
-- method: transform-users
--   transform-users: func(users: list<user>, how: color) -> list<option<user>>
---@field call fun(id: "myns:transform_users", users: myns.user[], how: myns.color): (myns.user?)[]?, Error?
-- method: draw
--   draw: func(shape: shape, may: permissions) -> result
---@field call fun(id: "myns:draw", shape: myns.shape, may: myns.permissions): ({ ok: true }|{ err: true })?, Error?
-- method: nothing
--   nothing: func()
---@field call fun(id: "myns:nothing"): nil, Error?
`;

describe('tsStub()', () => {
  test('declares types once, imports with classes for resources, and exports by their names', () => {
    expect(tsStub(WORLD)).toBe(TS_STUB);
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
        writeFileSync(file, tsStub(world));
        return file;
      });
      const tsc = new URL('../../node_modules/typescript/bin/tsc', import.meta.url).pathname;
      const flags = [
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--module',
        'esnext',
        '--ignoreConfig',
        '--types',
        '',
      ];
      expect(run(process.execPath, [tsc, ...flags, ...files])).toBe('');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('luaStub()', () => {
  test('types funcs.call by ID, and gives resources their methods', () => {
    expect(luaStub(WORLD, 'myns')).toBe(LUA_STUB);
  });

  test('is comments only, whatever the world', () => {
    fc.assert(
      fc.property(numbersArbitrary, (numbers) => {
        for (const world of randomDocument(draws(numbers)).worlds) {
          const lines = luaStub(world, 'a.b').split('\n');
          expect(lines.filter((line) => line !== '' && !line.startsWith('--'))).toEqual([]);
        }
      }),
    );
  });
});

function run(file: string, args: readonly string[]): string {
  try {
    return execFileSync(file, args, { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `failed: ${stdout}${stderr}`;
  }
}
