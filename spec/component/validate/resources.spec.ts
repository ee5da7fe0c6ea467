import { describe, expect, test } from 'vitest';
import { validationError } from '../text.js';

/** Asks for the same resource type twice. */
const SAME = '(component $same (import "a" (type $a (sub resource))) (import "b" (type (eq $a))))';
const same = (a: string, b: string) => `(instance (instantiate $same (with "a" (type ${a})) (with "b" (type ${b}))))`;
const CORE =
  '(core module $m (func (export "f") (result i32) unreachable) (func (export "d") (param i32))) (core instance $i (instantiate $m))';

describe('validateComponent() and resource types', () => {
  const cases: readonly [string, string, RegExp | null][] = [
    ['a resource type equals itself', `(component ${SAME} (type $r (resource (rep i32))) ${same('$r', '$r')})`, null],
    [
      'two definitions are two types',
      `(component ${SAME} (type $r (resource (rep i32))) (type $q (resource (rep i32))) ${same('$r', '$q')})`,
      /resource types are not the same/,
    ],
    [
      'two abstract imports are two types',
      `(component ${SAME} (import "r" (type $r (sub resource))) (import "q" (type $q (sub resource))) ${same('$r', '$q')})`,
      /expected the resource type `b`, got the resource type `q`/,
    ],
    [
      'an import bound by eq is the same type',
      `(component ${SAME} (import "r" (type $r (sub resource))) (import "q" (type $q (eq $r))) ${same('$r', '$q')})`,
      null,
    ],
    [
      'every instance makes a resource type of its own',
      `(component ${SAME} (component $c (type $r (resource (rep i32))) (export "r" (type $r))) (instance $x (instantiate $c)) (instance $y (instantiate $c)) ${same('$x "r"', '$y "r"')})`,
      /not the same/,
    ],
    [
      'one instance has one',
      `(component ${SAME} (component $c (type $r (resource (rep i32))) (export "r" (type $r))) (instance $x (instantiate $c)) ${same('$x "r"', '$x "r"')})`,
      null,
    ],
    [
      'two exports of one definition are one type',
      `(component ${SAME} (component $c (type $r (resource (rep i32))) (export "r" (type $r)) (export "q" (type $r))) (instance $x (instantiate $c)) ${same('$x "r"', '$x "q"')})`,
      null,
    ],
    [
      'an export ascribed `sub resource` is a new type',
      `(component ${SAME} (component $c (type $r (resource (rep i32))) (export "r" (type $r)) (export "q" (type $r) (type (sub resource)))) (instance $x (instantiate $c)) ${same('$x "r"', '$x "q"')})`,
      /not the same/,
    ],
    [
      'a resource type goes through a component and stays',
      `(component ${SAME} (type $r (resource (rep i32))) (component $c (import "r" (type $r (sub resource))) (export "q" (type $r))) (instance $x (instantiate $c (with "r" (type $r)))) ${same('$r', '$x "q"')})`,
      null,
    ],
    [
      'a value type is no resource type',
      '(component (component $c (import "a" (type (sub resource)))) (type $t u8) (instance (instantiate $c (with "a" (type $t)))))',
      /expected the resource type `a`, got u8/,
    ],
    [
      'two imported instances of one type have two resource types',
      `(component ${SAME} (type $t (instance (export "r" (type (sub resource))))) (import "x" (instance $x (type $t))) (import "y" (instance $y (type $t))) ${same('$x "r"', '$y "r"')})`,
      /not the same/,
    ],
    [
      'functions of one instance do not fit types of another',
      `(component
      (type $t (instance (export "r" (type $r (sub resource))) (export "f" (func (result (own $r))))))
      (import "x" (instance $x (type $t))) (import "y" (instance $y (type $t)))
      (component $c (import "r" (type $r (sub resource))) (import "f" (func (result (own $r)))))
      (instance (instantiate $c (with "r" (type $x "r")) (with "f" (func $y "f")))))`,
      /where `r` is not the same resource type/,
    ],
    [
      'resource.new of a definition',
      '(component (type $r (resource (rep i32))) (core func (canon resource.new $r)))',
      null,
    ],
    [
      'resource.new of an import',
      '(component (import "r" (type $r (sub resource))) (core func (canon resource.new $r)))',
      /canon resource\.new: type index 0 is not a local resource/,
    ],
    [
      "resource.rep of a child's resource type",
      '(component (component $c (type $r (resource (rep i32))) (export "r" (type $r))) (instance $x (instantiate $c)) (alias export $x "r" (type $r)) (core func (canon resource.rep $r)))',
      /not a local resource/,
    ],
    [
      'resource.drop of an import',
      '(component (import "r" (type $r (sub resource))) (core func (canon resource.drop $r)))',
      null,
    ],
    [
      'a destructor of the right signature',
      `(component ${CORE} (type (resource (rep i32) (dtor (core func $i "d")))))`,
      null,
    ],
    [
      'a destructor of another signature',
      `(component ${CORE} (type (resource (rep i32) (dtor (core func $i "f")))))`,
      /wrong signature for a destructor: expected \(func \(param i32\)\), found \(func \(result i32\)\)/,
    ],
  ];
  test.each(cases)('%s', async (_, text, message) => {
    const error = await validationError(text);
    if (message === null) expect(error).toBeNull();
    else expect(error?.message).toMatch(message);
  });
});

describe('validateComponent() and outer aliases', () => {
  const cases: readonly [string, string, RegExp | null][] = [
    [
      'a record crosses a component boundary',
      '(component $p (type $t (record (field "x" u8))) (component (alias outer $p $t (type $u))))',
      null,
    ],
    [
      'a resource type does not',
      '(component $p (type $t (resource (rep i32))) (component (alias outer $p $t (type $u))))',
      /transitively refers to resources/,
    ],
    [
      'a function that mentions one does not',
      '(component $p (type $t (resource (rep i32))) (type $f (func (param "x" (own $t)))) (component (alias outer $p $f (type $u))))',
      /transitively refers to resources/,
    ],
    [
      'a component type with a resource type of its own does',
      '(component $p (type $t (component (import "r" (type (sub resource))))) (component (alias outer $p $t (type $u))))',
      null,
    ],
    [
      'a resource type crosses the boundary of an instance type',
      '(component $p (type $t (resource (rep i32))) (type (instance (alias outer $p $t (type $u)))))',
      null,
    ],
    [
      'one more scope than there are',
      '(component (component (alias outer 2 0 (type))))',
      /invalid outer alias count of 2/,
    ],
    [
      'a component inside a type',
      '(component $p (component $c) (type (component (alias outer $p $c (component $d)))))',
      /may only refer to types or instances, not to a component/,
    ],
  ];
  test.each(cases)('%s', async (_, text, message) => {
    const error = await validationError(text);
    if (message === null) expect(error).toBeNull();
    else expect(error?.message).toMatch(message);
  });
});

describe('validateComponent() and external visibility', () => {
  const record = '(type $t (record (field "x" u32)))';
  const lift = (type: string) => `${CORE} (func $f (result ${type}) (canon lift (core func $i "f")))`;
  const cases: readonly [string, string, RegExp | null][] = [
    [
      'a function of a record that is not exported',
      `(component ${record} ${lift('$t')} (export "f" (func $f)))`,
      /func not valid to be used as export: it uses \(record \(field "x" u32\)\), which no export before it names/,
    ],
    [
      'a function of a record that is exported, by its exported name',
      `(component ${record} (export $u "t" (type $t)) ${lift('$u')} (export "f" (func $f)))`,
      null,
    ],
    [
      'a function of a record that is exported, ascribed',
      `(component ${record} ${lift('$t')} (export $u "t" (type $t)) (export "f" (func $f) (func (result $u))))`,
      null,
    ],
    ['a function of a tuple', `(component (type $t (tuple u32)) ${lift('$t')} (export "f" (func $f)))`, null],
    [
      'a record inside a tuple',
      `(component ${record} (type $u (tuple $t)) ${lift('$u')} (export "f" (func $f)))`,
      /no export before it names/,
    ],
    [
      'an import that mentions an export',
      `(component ${record} (export $u "t" (type $t)) (import "f" (func (result $u))))`,
      /no import before it names/,
    ],
    [
      'a record that comes through an exported instance',
      `(component ${record} (instance $b (export "t" (type $t))) (export $e "b" (instance $b)) (alias export $e "t" (type $u)) ${lift('$u')} (export "f" (func $f)))`,
      null,
    ],
    [
      'a record that comes through an instance of its own',
      `(component ${record} (instance $b (export "t" (type $t))) (alias export $b "t" (type $u)) ${lift('$u')} (export "f" (func $f)))`,
      /no export before it names/,
    ],
  ];
  test.each(cases)('%s', async (_, text, message) => {
    const error = await validationError(text);
    if (message === null) expect(error).toBeNull();
    else expect(error?.message).toMatch(message);
  });
});
