import { describe, expect, test } from 'vitest';
import { validationError } from '../text.js';

const realloc = '(func (export "realloc") (param i32 i32 i32 i32) (result i32) unreachable)';
const module = (type: string, extra = '') =>
  `(core module $m (memory (export "mem") 1) ${realloc} (func (export "f") ${type} unreachable) ${extra}) (core instance $i (instantiate $m))`;
const lift = (core: string, type: string, options = '', extra = '') =>
  `(component ${module(core, extra)} (func ${type} (canon lift (core func $i "f") ${options})))`;
const lower = (type: string, options = '') =>
  `(component ${module('')} (import "g" (func $g ${type})) (core func (canon lower (func $g) ${options})))`;
const MEMORY = '(memory (core memory $i "mem"))';
const REALLOC = '(realloc (core func $i "realloc"))';
const params = (count: number) => Array.from({ length: count }, (_, i) => `(param "p${i}" u32)`).join(' ');
const i32 = (count: number) => `(param ${'i32 '.repeat(count)})`;

describe('validateComponent() and canonical definitions', () => {
  const cases: readonly [string, string, RegExp | null][] = [
    [
      'a flattened signature',
      lift(
        '(param i32 i64 f32 f64) (result i32)',
        '(param "a" bool) (param "b" u64) (param "c" f32) (param "d" f64) (result char)',
      ),
      null,
    ],
    [
      'a variant joins its cases',
      lift('(param i32 i64 f64)', '(param "a" (tuple (variant (case "x" u8) (case "y" f64) (case "z")) f64))').replace(
        'i64 f64',
        'i64 f64',
      ),
      null,
    ],
    ['f32 and i32 join to i32', lift('(param i32 i32)', '(param "a" (result u32 (error f32)))'), null],
    [
      'another core parameter',
      lift('(param i64)', '(param "a" u32)'),
      /lowered parameter types `\[i32\]` do not match parameter types `\[i64\]`/,
    ],
    [
      'another core result',
      lift('(result i64)', '(result u32)'),
      /lowered result types `\[i32\]` do not match result types `\[i64\]`/,
    ],
    ['16 flat parameters', lift(i32(16), params(16)), null],
    ['17 flat parameters go through memory', lift(i32(1), params(17), `${MEMORY} ${REALLOC}`), null],
    ['17 flat parameters without realloc', lift(i32(1), params(17), MEMORY), /`realloc` is required to lift/],
    ['two flat results go through memory', lift('(result i32)', '(result (tuple u8 u8))', MEMORY), null],
    ['two flat results without memory', lift('(result i32)', '(result (tuple u8 u8))'), /`memory` is required to lift/],
    [
      'a string parameter without realloc',
      lift('(param i32 i32)', '(param "a" string)', MEMORY),
      /`realloc` is required to lift/,
    ],
    ['a list result without memory', lift('(result i32)', '(result (list u8))'), /`memory` is required to lift/],
    ['realloc without memory', lift('', '', REALLOC), /`realloc` requires `memory`/],
    [
      'realloc of another signature',
      lift('', '', `${MEMORY} (realloc (core func $i "f"))`),
      /`realloc` uses a core function with an incorrect signature: expected \(func \(param i32 i32 i32 i32\) \(result i32\)\), found \(func\)/,
    ],
    [
      'post-return takes the flat results',
      lift('(result i32)', '(result u32)', '(post-return (core func $i "p"))', '(func (export "p") (param i32))'),
      null,
    ],
    [
      'post-return of another signature',
      lift('(result i32)', '(result u32)', '(post-return (core func $i "p"))', '(func (export "p"))'),
      /`post-return` uses a core function with an incorrect signature: expected \(func \(param i32\)\), found \(func\)/,
    ],
    [
      'post-return of a lowering',
      lower('', '(post-return (core func $i "f"))'),
      /`post-return` cannot be specified for lowerings/,
    ],
    ['a lowered string needs memory', lower('(param "a" string)'), /`memory` is required to lower/],
    ['a lowered string result needs realloc', lower('(result string)', MEMORY), /`realloc` is required to lower/],
    ['a lowered string parameter needs no realloc', lower('(param "a" string)', MEMORY), null],
    [
      'two encodings',
      lower('', 'string-encoding=utf8 string-encoding=utf16'),
      /`string-encoding=utf8` conflicts with `string-encoding=utf16`/,
    ],
    [
      'one encoding twice',
      lower('', 'string-encoding=utf8 string-encoding=utf8'),
      /`string-encoding=utf8` is specified more than once/,
    ],
    ['two memories', lower('', `${MEMORY} ${MEMORY}`), /`memory` is specified more than once/],
    [
      'a function that is none',
      `(component ${module('')} (type $t u8) (func (type $t) (canon lift (core func $i "f"))))`,
      /type index 0 is not a function type but u8/,
    ],
  ];
  test.each(cases)('%s', async (_, text, message) => {
    const error = await validationError(text);
    if (message === null) expect(error).toBeNull();
    else expect(error?.message).toMatch(message);
  });
});
