import { describe, expect, test } from 'vitest';
import { ValidationError } from '../../../src/component/validate/errors.js';
import { validationError } from '../text.js';

const flags = (count: number) => Array.from({ length: count }, (_, i) => `"f${i}"`).join(' ');
/** Lists in lists: `depth` type definitions, each of the one before. */
const nested = (depth: number) =>
  Array.from({ length: depth }, (_, i) => `(type (list ${i === 0 ? 'u8' : i - 1}))`).join(' ');

const valid: readonly [string, string][] = [
  ['32 flags', `(component (type (flags ${flags(32)})))`],
  ['lists nested 100 deep', `(component ${nested(100)})`],
  ['a record of every primitive', '(component (type (record (field "a" bool) (field "b" char) (field "c" string))))'],
  ['labels that differ in words', '(component (type (enum "a-b" "ab" "A-C")))'],
  ['an empty result', '(component (type (result)))'],
  ['a function of no parameters', '(component (type (func)))'],
  [
    'borrow among parameters',
    '(component (import "r" (type $r (sub resource))) (type (func (param "x" (borrow $r)))))',
  ],
];

const invalid: readonly [string, string, RegExp][] = [
  ['33 flags', `(component (type (flags ${flags(33)})))`, /cannot have more than 32 flags, got 33/],
  ['lists nested 101 deep', `(component ${nested(101)})`, /types nest deeper than 100/],
  ['a record of nothing', '(component (type (record)))', /record type must have at least one field/],
  ['an enum of nothing', '(component (type (enum)))', /enum type must have at least one tag/],
  ['an underscore', '(component (type (enum "a_b")))', /enum tag name `a_b` is not in kebab case/],
  ['mixed case in a word', '(component (type (flags "aB")))', /flag name `aB` is not in kebab case/],
  [
    'labels that differ in case',
    '(component (type (record (field "id" u8) (field "ID" u8))))',
    /`ID` conflicts with previous name `id`/,
  ],
  ['an empty parameter name', '(component (type (func (param "" u8))))', /function parameter name cannot be empty/],
  ['a type that comes later', '(component (type (option 1)) (type u8))', /type index 1 is out of bounds/],
  [
    'a function as a field',
    '(component (type $f (func)) (type (tuple $f)))',
    /type index 0 is not a defined type but \(func\)/,
  ],
  ['own of a value type', '(component (type $t u8) (type (own $t)))', /type index 0 is not a resource type but u8/],
  [
    'borrow in a result',
    '(component (import "r" (type $r (sub resource))) (type (func (result (list (borrow $r))))))',
    /function result cannot contain a `borrow` type: \(list \(borrow r\)\)/,
  ],
  [
    'a resource type in an instance type',
    '(component (type (instance (type (resource (rep i32))))))',
    /only be defined within a concrete component, not in an instance type/,
  ],
];

describe('validateComponent() and type definitions', () => {
  test.each(valid)('accepts %s', async (_, text) => {
    expect(await validationError(text)).toBeNull();
  });
  test.each(invalid)('refuses %s', async (_, text, message) => {
    const error = await validationError(text);
    expect(error).toBeInstanceOf(ValidationError);
    expect(error?.message).toMatch(message);
  });

  test('refuses a value of 2^28 bytes, and accepts one of 2^27', async () => {
    const doubled = (times: number) => {
      const types = ['(type $t0 (tuple u64))'];
      for (let i = 1; i <= times; i++) types.push(`(type $t${i} (tuple $t${i - 1} $t${i - 1}))`);
      return `(component ${types.join(' ')})`;
    };
    expect(await validationError(doubled(24))).toBeNull();
    expect((await validationError(doubled(25)))?.message).toMatch(/exceeds maximum byte size 268435455/);
  });

  test('says where: offset, path and the import', async () => {
    const error = await validationError('(component (component) (component (import "a" (func (type 7)))))');
    expect(error).toMatchObject({
      path: [1],
      message: expect.stringMatching(/^invalid component: import `a`: type index 7/),
    });
    expect((error as ValidationError).offset).toBeGreaterThan(8);
  });
});
