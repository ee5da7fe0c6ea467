/** Texts that are no WIT (or none that runs yet), with the place and the words of the refusal. */
import { describe, expect, test } from 'vitest';
import { WitError } from '../../src/wit/error.js';
import { parseWit } from '../../src/wit/parse.js';

/** text, `line:column-endColumn`, message */
const REFUSED: [string, string, string][] = [
  ['answer: func() -> s32', '1:22-23', 'expected ";", got end of text'],
  ['answer: fnc();', '1:9-12', 'expected "func", got "fnc": did you mean "func"?'],
  ['answer func();', '1:8-12', 'expected ":", got "func"'],
  ['f: func(a u32);', '1:11-14', 'expected ":", got "u32"'],
  ['f: func(a: u32 b: u32);', '1:16-17', 'expected "," or ")", got "b"'],
  ['f: func(a: );', '1:12-13', 'expected a type, got ")"'],
  [
    'f: func(a: u32, A: u32);',
    '1:17-18',
    '"A" is declared twice in function "f", first in line 1 (names that differ only in case are one name: "a"): rename one',
  ],
  ['f: func(); f: func();', '1:12-13', '"f" is declared twice in this text, first in line 1: rename one'],
  ['f: func(); record f { a: u8 }', '1:1-2', '"f" is declared twice in this text, first in line 1: rename one'],
  ['f: func(u: usr); record user { id: u32 }', '1:12-15', 'unknown type "usr": did you mean "user"?'],
  ['f: func() -> i32;', '1:14-17', 'unknown type "i32": did you mean "s32"?'],
  ['f: func() -> thing;', '1:14-19', 'unknown type "thing": declare it in this text, or take it in with "use"'],
  ['f: func(u: list);', '1:16-17', 'expected "<", got ")"'],
  ['f: func(u: list<>);', '1:17-18', 'expected a type, got ">"'],
  ['f: func(u: tuple<>);', '1:12-17', 'a tuple needs at least one type'],
  ['f: func() -> result<_>;', '1:22-23', 'expected ",", got ">"'],
  ['f: func() -> _;', '1:14-15', 'unknown type "_": declare it in this text, or take it in with "use"'],
  ['f: func() -> (a: u32);', '1:14-15', 'named results are no part of WIT any more: return a tuple or a record'],
  ['f: func(a: enum);', '1:12-16', 'expected a type, got the keyword "enum": write "%enum" for a type\'s name'],
  [
    'user_name: func();',
    '1:1-10',
    '"user_name" cannot be a function\'s name: words are joined by "-", not "_": write "user-name"',
  ],
  [
    'userName: func();',
    '1:1-9',
    '"userName" cannot be a function\'s name: each word between "-" is all lower case or all upper case: write "user-name"',
  ],
  ['a--b: func();', '1:1-5', '"a--b" cannot be a function\'s name: a single "-" stands between two words: write "a-b"'],
  ['a-: func();', '1:1-3', '"a-" cannot be a function\'s name: a single "-" stands between two words: write "a"'],
  ['-a: func();', '1:1-2', 'unexpected character "-"'],
  [
    'Foo: func();',
    '1:1-4',
    '"Foo" cannot be a function\'s name: each word between "-" is all lower case or all upper case: write "foo"',
  ],
  ['1a: func();', '1:1-2', 'expected a function, a type, an interface or a world, got "1"'],
  [
    'a-1B-bC: func();',
    '1:1-8',
    '"a-1B-bC" cannot be a function\'s name: each word between "-" is all lower case or all upper case: write "a-1B-b-c"',
  ],
  ['option: func();', '1:1-7', '"option" is a keyword: as a function\'s name, write "%option"'],
  ['f: func(type: u32);', '1:9-13', '"type" is a keyword: as a parameter\'s name, write "%type"'],
  ['record r {}', '1:8-9', 'record "r" is empty: it needs at least one field'],
  ['variant v {}', '1:9-10', 'variant "v" is empty: it needs at least one case'],
  ['enum e {}', '1:6-7', 'enum "e" is empty: it needs at least one case'],
  ['flags f {}', '1:7-8', 'flags "f" is empty: it needs at least one flag'],
  [
    'record r { a: u8, A: u8 }',
    '1:19-20',
    '"A" is declared twice in record "r", first in line 1 (names that differ only in case are one name: "a"): rename one',
  ],
  ['variant v { a, a(u8) }', '1:16-17', '"a" is declared twice in variant "v", first in line 1: rename one'],
  ['enum e { x, x }', '1:13-14', '"x" is declared twice in enum "e", first in line 1: rename one'],
  ['record r { a: r }', '1:15-16', 'types cannot be recursive: "r" holds itself; refer to it by an index or an ID'],
  [
    'record a { b: list<b> } record b { a: option<a> }',
    '1:46-47',
    'types cannot be recursive: "a" holds "b" holds "a"; refer to it by an index or an ID',
  ],
  ['type a = a;', '1:10-11', 'types cannot be recursive: "a" holds itself; refer to it by an index or an ID'],
  [
    'type a = b; type b = a;',
    '1:22-23',
    'types cannot be recursive: "a" holds "b" holds "a"; refer to it by an index or an ID',
  ],
  [
    'resource r { constructor(); constructor(a: u8); }',
    '1:29-40',
    '"constructor" is declared twice in resource "r", first in line 1: rename one',
  ],
  ['resource r { r: func(); }', '1:14-15', '"r" is declared twice in resource "r", first in line 1: rename one'],
  [
    'resource r { m: func(); m: static func(); }',
    '1:25-26',
    '"m" is declared twice in resource "r", first in line 1: rename one',
  ],
  ['resource r { m: func(self: u8); }', '1:22-26', 'a method has its "self" already: remove this one'],
  [
    'resource r { constructor() -> r; }',
    '1:31-32',
    'a constructor returns result<r> or result<r, E>, or nothing is written',
  ],
  [
    'resource r; f: func() -> borrow<r>;',
    '1:26-32',
    'a result cannot hold a borrowed handle: return the resource itself',
  ],
  [
    'resource r; record x { b: borrow<r> } f: func() -> option<x>;',
    '1:52-58',
    'a result cannot hold a borrowed handle: return the resource itself',
  ],
  ['record r { a: u8 } f: func(a: borrow<r>);', '1:38-39', '"r" is a record, and only a resource has handles'],
  ['f: func(a: own<x>);', '1:16-17', 'unknown type "x": declare it in this text, or take it in with "use"'],
  ['f: func(a: borrow<u32>);', '1:19-22', '"u32" is a keyword: as a resource\'s name, write "%u32"'],
  ['f: async func();', '1:4-9', 'async functions are not supported yet: remove "async"'],
  ['resource r { m: async func(); }', '1:17-22', 'async functions are not supported yet: remove "async"'],
  ['f: func(a: stream<u8>);', '1:12-18', 'stream is not supported yet: pass a list, or return when the work is done'],
  ['f: func(a: future);', '1:12-18', 'future is not supported yet: pass a list, or return when the work is done'],
  ['f: func(a: error-context);', '1:12-25', 'error-context is not supported yet: pass a string'],
  [
    'f: func(a: list<u8, 4>);',
    '1:21-22',
    'lists of fixed length are not supported yet: leave the length out, or use a tuple',
  ],
  ['f: func(a: map<string, u8>);', '1:12-15', 'map is not supported yet: pass list<tuple<K, V>>'],
  ['package a:b:c;', '1:12-13', 'nested namespaces and packages are not supported yet: name packages as "ns:pkg"'],
  ['package a:b/c;', '1:12-13', 'nested namespaces and packages are not supported yet: name packages as "ns:pkg"'],
  ['@external-id("x") f: func();', '1:1-13', '@external-id is not supported yet: remove it'],
  [
    'package a:b;\nf: func();',
    '2:1-2',
    'functions and types of package "a:b" stand in an interface or a world: put this into one',
  ],
  [
    'package a:b;\ntype t = u8;',
    '2:1-5',
    'functions and types of package "a:b" stand in an interface or a world: put this into one',
  ],
  ['package a:b;\npackage c:d;', '2:9-12', 'this text has its package already, "a:b"'],
  [
    'interface i {}\npackage a:b;',
    '2:9-12',
    'the package of a text is named before everything else: move this to the top',
  ],
  ['package A:b;', '1:9-10', '"A" is no namespace: write it in lower case, "a"'],
  ['package a:b@1.0;', '1:13-16', 'expected a version such as 1.2.3, got "1.0"'],
  ['package a:b@01.0.0;', '1:13-19', 'expected a version such as 1.2.3, got "01.0.0"'],
  ['package a;', '1:10-11', 'expected ":", got ";"'],
  ['package a:b {} package a:b {}', '1:24-27', 'package "a:b" stands in this text twice: join the two'],
  ['package a:b { package c:d {} }', '1:15-22', 'a package cannot hold a package: move it out'],
  [
    'package a:b { f: func(); }',
    '1:15-16',
    'functions and types of package "a:b" stand in an interface or a world: put this into one',
  ],
  [
    'interface i {} interface I {}',
    '1:26-27',
    '"I" is declared twice in this text, first in line 1 (names that differ only in case are one name: "i"): rename one',
  ],
  ['interface i {} world i {}', '1:22-23', '"i" is declared twice in this text, first in line 1: rename one'],
  ['use i.{t};', '1:5-6', 'unknown interface "i": declare it in this text'],
  [
    'interface i { f: func(); type tee = u8; } use i.{te};',
    '1:50-52',
    'interface "i" has no type "te": did you mean "tee"?',
  ],
  [
    'interface i { f: func(); } use i.{f};',
    '1:35-36',
    'interface "i" has no type "f": it is a function, and "use" takes types',
  ],
  ['interface i {} use i.{};', '1:22-23', 'this "use" names no type'],
  ['interface i { use i.{t}; }', '1:19-20', 'interface "i" uses itself: leave that out'],
  [
    'interface a { use b.{t}; type s = u8; } interface b { use a.{s}; type t = u8; }',
    '1:59-60',
    'interfaces use each other in a circle: "a", "b", "a"; move what they share into another',
  ],
  ['use a:b/c.{t};', '1:5-10', 'package "a:b" is not in this text: add "package a:b { … }" to it'],
  [
    'package a:b@1.0.0 { interface c { type t = u8; } } use a:b/c.{t};',
    '1:56-61',
    'package "a:b" is not in this text: did you mean "a:b@1.0.0"?',
  ],
  [
    'package a:b { interface c { type t = u8; } } use a:b/d.{t};',
    '1:50-55',
    'unknown interface "d": declare it in package "a:b"',
  ],
  [
    'world w { import a:b; }',
    '1:18-21',
    'an interface under another name is not supported yet: name it "ns:pkg/name", or write "interface { … }" behind "a:"',
  ],
  ['world w { import i; }', '1:18-19', 'unknown interface "i": declare it in this text'],
  ['world w {} world x { import w; }', '1:29-30', '"w" is a world, not an interface'],
  ['interface i {} world w { include i; }', '1:34-35', '"i" is an interface, not a world'],
  [
    'interface i {} world w { import x: i; }',
    '1:33-37',
    'an interface under another name is not supported yet: name it "ns:pkg/name", or write "interface { … }" behind "x:"',
  ],
  ['world w { include w; }', '1:19-20', 'world "w" includes itself: leave that out'],
  [
    'world v { include w; } world w { include v; }',
    '1:42-43',
    'worlds include each other in a circle: "v", "w", "v"; move what they share into another',
  ],
  [
    'world w { import f: func(); import f: func(); }',
    '1:36-37',
    '"f" is declared twice in the imports of world "w", first in line 1: rename one',
  ],
  [
    'interface i {} world w { import i; import i; }',
    '1:43-44',
    '"i" is declared twice in the imports of world "w", first in line 1: rename one',
  ],
  [
    'world a { import f: func(); } world b { import f: func(); include a; }',
    '1:67-68',
    '"f" is declared twice in the imports of world "b", first in line 1: write "include … with { f as another-name }"',
  ],
  [
    'world a { import f: func(); } world b { include a with { g as h } }',
    '1:58-59',
    'world "a" has nothing called "g": leave it out',
  ],
  [
    'package x:y; interface i {} world a { import i; } world b { include a with { i as j } }',
    '1:78-79',
    '"i" is short for an interface\'s ID, which "with" cannot rename: leave it out',
  ],
  ['world w { f: func(); }', '1:11-12', 'expected import, export, include, use, a type or "}", got "f"'],
  ['interface i { import f: func(); }', '1:15-21', 'expected a function, a type, "use" or "}", got "import"'],
  ['interface i { f: func();', '1:25-26', 'expected a function, a type, "use" or "}", got end of text'],
  [
    'world w { exprot f: func(); }',
    '1:11-17',
    'expected import, export, include, use, a type or "}", got "exprot": did you mean "export"?',
  ],
  [
    'intreface i {}',
    '1:1-10',
    'expected a function, a type, an interface or a world, got "intreface": did you mean "interface"?',
  ],
  [
    '@since(version = 1.0.0) @unstable(feature = x) f: func();',
    '1:25-34',
    '@since and @unstable exclude each other: remove one',
  ],
  [
    '@sinc(version = 1.0.0) f: func();',
    '1:2-6',
    'expected since, unstable or deprecated, got "sinc": did you mean "since"?',
  ],
  ['@since(version = 1) f: func();', '1:18-19', 'expected a version such as 1.2.3, got "1"'],
  [
    'package a:b; @since(version = 1.0.0) interface i {}',
    '1:14-20',
    "@since stands in a package without a version: add one to the package's name",
  ],
  ['@since(version = 1.0.0) @since(version = 1.0.0) f: func();', '1:25-31', '@since stands here twice: remove one'],
  [
    '/* a /* b */ f: func();',
    '1:1-3',
    'this comment is not closed: add "*/" (comments nest, so each "/*" needs its own)',
  ],
  ['f: func(); §', '1:12-13', 'unexpected character "§"'],
  ['f: func(); \u0007', '1:12-13', 'the character U+0007 must not stand in WIT text: remove it'],
  ['// \u202e\nf: func();', '1:4-5', 'the character U+202E must not stand in WIT text: remove it'],
  ['f: func(a: "x");', '1:12-15', 'expected a type, got "\\"x\\""'],
  ['@external-id("x) f: func();', '1:1-13', '@external-id is not supported yet: remove it'],
  ['f: func();;', '1:11-12', 'expected a function, a type, an interface or a world, got ";"'],
  ['export f: func();', '1:1-7', 'expected a function, a type, an interface or a world, got "export"'],
  ['f: func(a: u32) => u32;', '1:17-18', 'expected ";", got "="'],
  ['package a:b; use c as d; interface i {}', '1:18-19', 'unknown interface "c": declare it in package "a:b"'],
  ['use a:b/c;', '1:5-10', 'package "a:b" is not in this text: add "package a:b { … }" to it'],
];

function errorOf(text: string): WitError {
  try {
    parseWit(text);
  } catch (error) {
    if (error instanceof WitError) return error;
    throw error;
  }
  throw new Error(`accepted: ${text}`);
}

describe('parseWit() refuses', () => {
  test.each(REFUSED)('%j at %s', (text, place, message) => {
    const error = errorOf(text);
    expect(`${error.line}:${error.column}-${error.endColumn}`).toBe(place);
    expect(error.message).toBe(message);
  });

  test('an unknown type with what was expected, what came and the nearest name as fields', () => {
    const error = errorOf('record user { tags: list<strng> }');
    expect(error).toMatchObject({ expected: 'a type', got: 'strng', suggestion: 'string' });
  });
});
