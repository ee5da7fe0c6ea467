import { describe, expect, test } from 'vitest';
import { validationError } from '../text.js';

/** A component that supplies `given` (an import of the outer one) where the inner one imports `wanted`. */
const supply = (given: string, wanted: string, sort: string) => `(component
  (import "given" ${given.replace(`(${sort}`, `(${sort} $x`)})
  (component $c (import "a" ${wanted}))
  (instance (instantiate $c (with "a" (${sort} $x)))))`;

describe('validateComponent() and arguments of instantiation', () => {
  const fits: readonly [string, string, string, string][] = [
    ['the same function', '(func (param "a" u32))', '(func (param "a" u32))', 'func'],
    [
      'an instance that exports more',
      '(instance (export "f" (func)) (export "g" (func)))',
      '(instance (export "g" (func)))',
      'instance',
    ],
    [
      'an instance with exports in another order',
      '(instance (export "f" (func)) (export "g" (func)))',
      '(instance (export "g" (func)) (export "f" (func)))',
      'instance',
    ],
    [
      'a component that imports less',
      '(component (import "x" (func)))',
      '(component (import "y" (func)) (import "x" (func)))',
      'component',
    ],
    [
      'a component that exports more',
      '(component (export "x" (func)) (export "y" (func)))',
      '(component (export "y" (func)))',
      'component',
    ],
    [
      'a component whose import asks for less',
      '(component (import "i" (instance)))',
      '(component (import "i" (instance (export "f" (func)))))',
      'component',
    ],
    [
      'an instance with an abstract type',
      '(instance (export "r" (type $r (sub resource))) (export "f" (func (result (own $r)))))',
      '(instance (export "r" (type $r (sub resource))) (export "f" (func (result (own $r)))))',
      'instance',
    ],
    [
      'a component with abstract types on both sides',
      '(component (import "r" (type $r (sub resource))) (export "f" (func (param "x" (own $r)))))',
      '(component (import "r" (type $q (sub resource))) (export "f" (func (param "x" (own $q)))))',
      'component',
    ],
  ];
  test.each(fits)('accepts %s', async (_, given, wanted, sort) => {
    expect(await validationError(supply(given, wanted, sort))).toBeNull();
  });

  const misfits: readonly [string, string, string, string, RegExp][] = [
    [
      'another parameter type',
      '(func (param "a" s32))',
      '(func (param "a" u32))',
      'func',
      /instance argument `a`: expected \(func \(param "a" u32\)\), got \(func \(param "a" s32\)\) \(parameter `a`: expected u32, got s32\)/,
    ],
    [
      'another parameter name',
      '(func (param "b" u32))',
      '(func (param "a" u32))',
      'func',
      /expected \(func \(param "a" u32\)\), got \(func \(param "b" u32\)\)/,
    ],
    ['a result too many', '(func (result u8))', '(func)', 'func', /expected \(func\), got \(func \(result u8\)\)/],
    [
      'a difference deep inside',
      '(func (param "a" (list (tuple u8 (option string)))))',
      '(func (param "a" (list (tuple u8 (option char)))))',
      'func',
      /list: tuple field 1: option: expected char, got string/,
    ],
    [
      'an instance that lacks an export',
      '(instance)',
      '(instance (export "f" (func)))',
      'instance',
      /missing expected export `f`/,
    ],
    [
      'an export of another sort',
      '(instance (export "f" (component)))',
      '(instance (export "f" (func)))',
      'instance',
      /export `f`: expected \(func\), got component/,
    ],
    [
      'a component that imports more',
      '(component (import "x" (func)) (import "y" (func)))',
      '(component (import "x" (func)))',
      'component',
      /missing expected import `y`/,
    ],
    [
      'a component that exports less',
      '(component)',
      '(component (export "x" (func)))',
      'component',
      /missing expected export `x`/,
    ],
    [
      'a component whose import asks for more',
      '(component (import "i" (instance (export "f" (func)))))',
      '(component (import "i" (instance)))',
      'component',
      /import `i`: missing expected export `f`/,
    ],
  ];
  test.each(misfits)('refuses %s', async (_, given, wanted, sort, message) => {
    expect((await validationError(supply(given, wanted, sort)))?.message).toMatch(message);
  });

  const instantiations: readonly [string, string, RegExp | null][] = [
    [
      'an argument that nobody asked for',
      '(component (component $c) (component $d) (instance (instantiate $c (with "Any_Name" (component $d)))))',
      null,
    ],
    [
      'an argument that is missing',
      '(component (component $c (import "a" (func))) (instance (instantiate $c)))',
      /missing import named `a`: component 0 imports \(func\)/,
    ],
    [
      'two arguments of one name',
      '(component (import "f" (func $f)) (component $c) (instance (instantiate $c (with "a" (func $f)) (with "a" (func $f)))))',
      /argument `a` conflicts/,
    ],
    [
      'an argument of another sort',
      '(component (component $d) (component $c (import "a" (func))) (instance (instantiate $c (with "a" (component $d)))))',
      /expected \(func\), got component/,
    ],
    ['a component that does not exist', '(component (instance (instantiate 0)))', /component index 0 is out of bounds/],
  ];
  test.each(instantiations)('with %s', async (_, text, message) => {
    const error = await validationError(text);
    if (message === null) expect(error).toBeNull();
    else expect(error?.message).toMatch(message);
  });

  test('an ascribed type must be a supertype', async () => {
    const ascribed = (type: string) =>
      `(component (import "i" (instance $i (export "f" (func)))) (export "e" (instance $i) ${type}))`;
    expect(await validationError(ascribed('(instance)'))).toBeNull();
    expect((await validationError(ascribed('(instance (export "g" (func)))')))?.message).toMatch(
      /ascribed type of export is not compatible.*missing expected export `g`/,
    );
  });
});

describe('validateComponent() and core modules', () => {
  const instantiate = (supplier: string, importer: string) => `(component
    (core module $m (import "m" "x" ${importer}))
    (core module $s ${supplier})
    (core instance $i (instantiate $s))
    (core instance (instantiate $m (with "m" (instance $i)))))`;
  const fits: readonly [string, string, string][] = [
    ['a function of the same type', '(func (export "x") (param i32))', '(func (param i32))'],
    ['a larger memory', '(memory (export "x") 2)', '(memory 1)'],
    ['a table with a tighter maximum', '(table (export "x") 2 3 funcref)', '(table 1 4 funcref)'],
    ['a global', '(global (export "x") i32 (i32.const 1))', '(global i32)'],
  ];
  test.each(fits)('accepts %s', async (_, supplier, importer) => {
    expect(await validationError(instantiate(supplier, importer))).toBeNull();
  });
  const misfits: readonly [string, string, string, RegExp][] = [
    [
      'a function of another type',
      '(func (export "x") (param i64))',
      '(func (param i32))',
      /expected: \(func \(param i32\)\), found: \(func \(param i64\)\)/,
    ],
    ['a smaller memory', '(memory (export "x") 1)', '(memory 2)', /mismatch in memory limits/],
    ['a memory without a maximum', '(memory (export "x") 1)', '(memory 1 2)', /mismatch in memory limits/],
    ['a mutable global', '(global (export "x") (mut i32) (i32.const 1))', '(global i32)', /mutability of globals/],
    [
      'a table of other references',
      '(table (export "x") 1 externref)',
      '(table 1 funcref)',
      /expected table element type funcref, found externref/,
    ],
    ['a global for a function', '(global (export "x") i32 (i32.const 1))', '(func)', /expected func, found global/],
    ['nothing', '', '(func)', /does not export an item named `x`/],
  ];
  test.each(misfits)('refuses %s', async (_, supplier, importer, message) => {
    expect((await validationError(instantiate(supplier, importer)))?.message).toMatch(message);
  });

  const others: readonly [string, string, RegExp][] = [
    [
      'an import without an argument',
      '(component (core module $m (import "a" "b" (func))) (core instance (instantiate $m)))',
      /imports from `a`: missing module instantiation argument/,
    ],
    [
      'the same import twice',
      '(component (core module (import "a" "b" (func)) (import "a" "b" (func))))',
      /duplicate import name `a:b`/,
    ],
    [
      'a module type that exports a name twice',
      '(component (core type (module (export "a" (func)) (export "a" (func)))))',
      /export name `a` already defined/,
    ],
    [
      'a memory type of 65537 pages',
      '(component (core type (module (import "a" "b" (memory 65537)))))',
      /memory size must be at most 65536/,
    ],
    [
      'a table whose minimum exceeds its maximum',
      '(component (core type (module (import "a" "b" (table 3 2 funcref)))))',
      /minimum 3 is greater than the maximum 2/,
    ],
    [
      'an alias of a core export that is not there',
      '(component (core module $m) (core instance $i (instantiate $m)) (alias core export $i "f" (core func)))',
      /core instance 0 has no export named `f`/,
    ],
    [
      'an alias of a core export of another sort',
      '(component (core module $m (memory (export "x") 1)) (core instance $i (instantiate $m)) (alias core export $i "x" (core func)))',
      /is not a func but a memory/,
    ],
  ];
  test.each(others)('refuses %s', async (_, text, message) => {
    expect((await validationError(text))?.message).toMatch(message);
  });
});
