/** What WIT texts mean, as data. */
import { describe, expect, test } from 'vitest';
import { parseWit } from '../../src/wit/parse.js';
import { printSignature } from '../../src/wit/print.js';
import type { WitDocument } from '../../src/wit/types.js';

function signatures(text: string): string[] {
  return parseWit(text).functions.map(printSignature);
}

describe('parseWit() of bare functions', () => {
  test('reads the line of the sample page', () => {
    expect(parseWit('answer: func() -> s32;')).toEqual({
      package: null,
      types: [],
      functions: [{ name: 'answer', type: { params: [], result: { kind: 's32' } }, role: { kind: 'freestanding' } }],
      interfaces: [],
      worlds: [],
    });
  });

  const every = 'bool s8 u8 s16 u16 s32 u32 s64 u64 f32 f64 char string'.split(' ');
  test.each([
    ...every,
    'list<u8>',
    'option<option<string>>',
    'tuple<u32>',
    'tuple<u32, list<f64>>',
    'result',
    'result<u8>',
    'result<_, string>',
    'result<u8, string>',
  ])('takes %s as a parameter and a result', (type) => {
    expect(signatures(`f: func(a: ${type}) -> ${type};`)).toEqual([`f: func(a: ${type}) -> ${type}`]);
  });

  test.each<[string, string]>([
    ['f:func(a:u32,)->u32;', 'f: func(a: u32) -> u32'],
    ['%f: func(%a: tuple<u8,>);', 'f: func(a: tuple<u8>)'],
    ['%list: func(%type: u8);', '%list: func(%type: u8)'],
    ['parse-XML-2: func(a1-B2: u8);', 'parse-XML-2: func(a1-B2: u8)'],
    ['\uFEFF// line\n/* a /* nested */ b */ /// doc\n/** doc */ f: func();\r\n', 'f: func()'],
    ['f: func(); // no newline behind this', 'f: func()'],
    ['@since(version = 1.2.3-rc.1+b) @deprecated(version = 2.0.0) f: func();', 'f: func()'],
    ['@unstable(feature = fancier-foo) f: func();', 'f: func()'],
    ['f: func(a: x); type x = y; type y = u32;', 'f: func(a: y)'],
    ['error-context: func(); record map-of { a: u8 } f: func(a: map-of);', 'error-context: func()'],
  ])('%j is %s', (text, expected) => {
    expect(signatures(text)[0]).toBe(expected);
  });

  test('an empty text holds nothing', () => {
    const nothing: WitDocument = { package: null, types: [], functions: [], interfaces: [], worlds: [] };
    expect(parseWit('')).toEqual(nothing);
    expect(parseWit(' // only a comment')).toEqual(nothing);
  });
});

describe('parseWit() of types', () => {
  test('gives one object for one type, however often and from wherever it is named', () => {
    const document = parseWit('f: func(a: user, b: list<person>) -> user; type person = user; record user { id: u32 }');
    const user = document.types[1]!.type!;
    expect(document.types.map(({ name }) => name)).toEqual(['person', 'user']);
    expect(document.types[0]!.type).toBe(user);
    const [a, b] = document.functions[0]!.type.params.map(({ type }) => type);
    expect(a).toBe(user);
    expect(b!.kind === 'list' && b!.element).toBe(user);
  });

  test('names an alias of an unnamed type by the alias', () => {
    expect(parseWit('type size = u64; type sizes = list<size>;').types.map(({ type }) => type)).toEqual([
      { kind: 'u64', name: 'size' },
      { kind: 'list', name: 'sizes', element: { kind: 'u64', name: 'size' } },
    ]);
  });

  test('reads records, variants, enums and flags, commas behind the last part included', () => {
    const text = 'record r { a: u8, b: e, } variant v { none, some(r), } enum e { x, Y-2, } flags f { p, q, }';
    expect(parseWit(text).types.map(({ type }) => type)).toEqual([
      {
        kind: 'record',
        name: 'r',
        fields: [
          { name: 'a', type: { kind: 'u8' } },
          { name: 'b', type: { kind: 'enum', name: 'e', names: ['x', 'Y-2'] } },
        ],
      },
      {
        kind: 'variant',
        name: 'v',
        cases: [
          { name: 'none', type: null },
          { name: 'some', type: expect.objectContaining({ name: 'r' }) },
        ],
      },
      { kind: 'enum', name: 'e', names: ['x', 'Y-2'] },
      { kind: 'flags', name: 'f', names: ['p', 'q'] },
    ]);
  });

  test('32 flags are taken and 33 are refused', () => {
    const flags = (count: number) => `flags f { ${Array.from({ length: count }, (_, n) => `flag-${n}`).join(', ')} }`;
    expect(parseWit(flags(32)).types).toHaveLength(1);
    expect(() => parseWit(flags(33))).toThrow('flags "f" holds 33 flags, the most is 32: split it');
  });

  test('gives methods their self, constructors their result, and a resource its identity', () => {
    const document = parseWit(`resource counter {
      constructor(start: u32);
      increment: func(by: u32) -> u32;
      merge: static func(a: borrow<counter>, b: counter) -> counter;
    }
    type alias-of = counter;
    make: func() -> result<own<alias-of>, string>;`);
    expect(document.functions.map(printSignature)).toEqual([
      '[constructor]counter: func(start: u32) -> counter',
      '[method]counter.increment: func(self: borrow<counter>, by: u32) -> u32',
      '[static]counter.merge: func(a: borrow<counter>, b: counter) -> counter',
      'make: func() -> result<counter, string>',
    ]);
    const resource = document.types[0]!.resource!;
    expect(resource).toEqual({ id: 0, name: 'counter' });
    expect(document.types[1]).toEqual({ name: 'alias-of', type: null, resource });
    expect(
      document.functions.slice(0, 3).every((fn) => fn.role.kind !== 'freestanding' && fn.role.resource === resource),
    ).toBe(true);
  });

  test('takes a constructor that can fail', () => {
    const text = 'resource file { constructor(path: string) -> result<file, string>; }';
    expect(signatures(text)).toEqual(['[constructor]file: func(path: string) -> result<file, string>']);
  });
});

describe('parseWit() of packages', () => {
  test('gives interfaces and worlds their full IDs, and nested packages theirs', () => {
    const document = parseWit(`package my:app@1.2.3-rc.1;
      package other:lib { interface types { record user { id: u32 } } world w {} }
      interface api { use other:lib/types.{user as person}; get: func() -> person; }
      world app { export api; }`);
    expect(document.package).toBe('my:app@1.2.3-rc.1');
    expect(document.interfaces.map(({ id }) => id)).toEqual(['my:app/api@1.2.3-rc.1', 'other:lib/types']);
    expect(document.worlds.map(({ id }) => id)).toEqual(['my:app/app@1.2.3-rc.1', 'other:lib/w']);
    const [api, types] = document.interfaces;
    expect(api!.types).toEqual([
      { name: 'person', type: types!.types[0]!.type, resource: null, usedFrom: 'other:lib/types', usedName: 'user' },
    ]);
    expect(api!.types[0]!.type).toBe(types!.types[0]!.type);
  });

  test('stops a version before the braces of use, and finds interfaces by a name given at the top', () => {
    const document = parseWit(`package my:app;
      use other:lib/types@1.0.0 as lib-types;
      package other:lib@1.0.0 { interface types { type t = u8; } }
      interface a { use other:lib/types@1.0.0.{t}; }
      interface b { use lib-types.{t}; }`);
    const usedFrom = document.interfaces.slice(0, 2).map((item) => item.types[0]!.usedFrom);
    expect(usedFrom).toEqual(['other:lib/types@1.0.0', 'other:lib/types@1.0.0']);
  });

  test('bare functions may use types of an interface beside them', () => {
    expect(signatures('use types.{user}; f: func(u: user); interface types { record user { id: u8 } }')).toEqual([
      'f: func(u: user)',
    ]);
  });

  test('a world imports what its imports and exports use, users behind what they use', () => {
    const [world] = parseWit(`package a:b;
      world w { import z; export c; export d; }
      interface z {}
      interface d { use e.{t}; }
      interface c { use b.{t}; }
      interface b { use a.{t}; }
      interface a { type t = u8; }
      interface e { use a.{t}; }`).worlds;
    expect(world!.imports.interfaces.map(({ id }) => id)).toEqual(['a:b/z', 'a:b/a', 'a:b/b', 'a:b/e']);
    expect(world!.exports.interfaces.map(({ id }) => id)).toEqual(['a:b/c', 'a:b/d']);
  });

  test('an exported interface finds what it uses among the exports first', () => {
    const [world] = parseWit(`package a:b;
      interface a { resource r; }
      interface b { use a.{r}; }
      world w { export b; export a; }`).worlds;
    expect(world!.imports.interfaces).toEqual([]);
  });

  test('include takes named interfaces once and renames plain names', () => {
    const [, , union] = parseWit(`package a:b;
      interface shared {}
      world one { import shared; import a: func(); export i: interface {} }
      world two { import shared; import a: func(x: u8); }
      world union { include one; include two with { a as b } }`).worlds;
    expect(union!.imports.interfaces.map(({ id }) => id)).toEqual(['a:b/shared']);
    expect(union!.imports.functions.map(printSignature)).toEqual(['a: func()', 'b: func(x: u8)']);
    expect(union!.exports.interfaces.map(({ id }) => id)).toEqual(['i']);
  });

  test('a name may be imported and exported at once', () => {
    const [world] = parseWit(
      'interface i {} world w { import f: func(); export f: func(); import i; export i; }',
    ).worlds;
    expect(world!.imports.functions).toHaveLength(1);
    expect(world!.exports.interfaces).toHaveLength(1);
  });
});
