import { describe, expect, test } from 'vitest';
import { isLabel, isSemver, parseExternName, uniquenessKey } from '../../../src/component/validate/names.js';
import { validationError } from '../text.js';

describe('isLabel()', () => {
  test.each(['a', 'A', 'a1', 'a-1', 'get-JSON', 'HTTP2-x', 'a11-W0RDS'])('%s is a label', (text) => {
    expect(isLabel(text)).toBe(true);
  });
  test.each(['', '1', '-a', 'a-', 'a--b', 'aB', 'Ab', 'a_b', 'a.b', 'é', 'a\n'])('%j is none', (text) => {
    expect(isLabel(text)).toBe(false);
  });
});

describe('isSemver()', () => {
  test.each(['0.0.0', '1.2.3', '1.0.0-rc.1', '1.0.0+build.5', '1.0.0-0a.b-c+x', '10.20.30'])(
    '%s is a version',
    (text) => {
      expect(isSemver(text)).toBe(true);
    },
  );
  test.each(['', '1', '1.2', '01.2.3', '1.2.3-', '1.2.3+', '1.2.3-01', '1.2.3-a..b', 'v1.2.3', '1.2.3 '])(
    '%j is none',
    (text) => {
      expect(isSemver(text)).toBe(false);
    },
  );
});

describe('parseExternName()', () => {
  const names: readonly [string, object][] = [
    ['run', { kind: 'label', label: 'run' }],
    ['[constructor]blob', { kind: 'constructor', resource: 'blob' }],
    ['[method]blob.get-URL', { kind: 'method', resource: 'blob', label: 'get-URL' }],
    ['[static]blob.make', { kind: 'static', resource: 'blob', label: 'make' }],
    ['wasi:io/streams@0.2.0', { kind: 'interface', version: '0.2.0' }],
    ['my-org:pkg-2/API', { kind: 'interface', version: null }],
    ['a:b/c@0.2', { kind: 'interface', version: '0.2' }],
    ['unlocked-dep=<my:lib@{>=1.0.0}>', { kind: 'dependency' }],
    ['locked-dep=<my:lib@1.0.0>', { kind: 'dependency' }],
  ];
  test.each(names)('knows %s', (name, parsed) => {
    expect(parseExternName(name)).toEqual(parsed);
  });
  const wrong: readonly [string, RegExp][] = [
    ['[get]a', /unknown annotation/],
    ['[method]a', /no `\.` between/],
    ['[method]a.b.c', /`b\.c` in .* not in kebab case/],
    ['[constructor]', /`` in .* not in kebab case/],
    ['[method', /unknown annotation/],
    ['a:b', /no `\/` after the package name/],
    ['A:b/c', /`A` in `A:b\/c`/],
    ['a:b:c/d', /nested namespaces/],
    ['a:b/c/d', /nested projections/],
    ['a:b/c@1.2', /version `1\.2`/],
    ['a:b/c@', /version ``/],
    ['locked-dep=<my:lib@1>', /version `1`/],
  ];
  test.each(wrong)('refuses %s', (name, message) => {
    expect(parseExternName(name)).toMatch(message);
  });
});

describe('uniquenessKey()', () => {
  const key = (name: string) => {
    const parsed = parseExternName(name);
    if (typeof parsed === 'string') throw new Error(parsed);
    return uniquenessKey(name, parsed);
  };
  test.each([
    ['run', 'RUN'],
    ['[method]a.b', '[static]A.B'],
    ['[method]a.a', 'a'],
    ['x:y/z', 'x:y/Z'],
    ['[constructor]a', '[constructor]A'],
  ])('%s and %s are not strongly-unique', (a, b) => {
    expect(key(a)).toBe(key(b));
  });
  test.each([
    ['a', '[constructor]a'],
    ['[method]a.b', 'b'],
    ['[method]a.b', '[method]c.b'],
    ['x:y/z@1.0.0', 'x:y/z@2.0.0'],
    ['x:y/z', 'z'],
  ])('%s and %s are', (a, b) => {
    expect(key(a)).not.toBe(key(b));
  });
});

describe('validateComponent() and names', () => {
  const r = '(import "r" (type $r (sub resource)))';
  const valid: readonly [string, string][] = [
    ['the same name imported and exported', '(component (import "f" (func $f)) (export "f" (func $f)))'],
    ['a constructor of its resource', `(component ${r} (import "[constructor]r" (func (result (own $r)))))`],
    [
      'a fallible constructor',
      `(component ${r} (import "[constructor]r" (func (result (result (own $r) (error string))))))`,
    ],
    ['a method of its resource', `(component ${r} (import "[method]r.get" (func (param "self" (borrow $r)))))`],
    ['a static function', `(component ${r} (import "[static]r.make" (func)))`],
    ['an instance that implements an interface', '(component (import "store" (implements "a:b/c@1.0.0") (instance)))'],
  ];
  test.each(valid)('accepts %s', async (_, text) => {
    expect(await validationError(text)).toBeNull();
  });

  const invalid: readonly [string, string, RegExp][] = [
    [
      'two imports that differ in case',
      '(component (import "f" (func)) (import "F" (func)))',
      /import name `F` conflicts with the previous name `f`/,
    ],
    [
      'a method of an unknown resource',
      `(component ${r} (export $q "q" (type $r)) (import "[method]q.get" (func (param "self" (borrow $q)))))`,
      /does not have a name among the imports/,
    ],
    [
      'a method whose self is owned',
      `(component ${r} (import "[method]r.get" (func (param "self" (own $r)))))`,
      /first argument of `\(borrow \$T\)`/,
    ],
    [
      'a method without self',
      `(component ${r} (import "[method]r.get" (func (param "me" (borrow $r)))))`,
      /called `self`, not `me`/,
    ],
    [
      'a method that is an instance',
      '(component (import "[method]r.get" (instance)))',
      /is not a func but an instance/,
    ],
    [
      'a constructor of another resource',
      `(component ${r} (import "q" (type $q (sub resource))) (import "[constructor]r" (func (result (own $q)))))`,
      /expected resource name `r`: its resource is `q`/,
    ],
    [
      'a constructor that makes nothing',
      `(component ${r} (import "[constructor]r" (func)))`,
      /should return one value/,
    ],
    [
      'a static function of a resource that is not there',
      '(component (import "[static]r.make" (func)))',
      /`r` is not known among the imports/,
    ],
    [
      'a function that implements an interface',
      '(component (import "f" (implements "a:b/c") (func)))',
      /only instances can have an `implements`: `f` is a func/,
    ],
    [
      'an interface name that implements an interface',
      '(component (import "a:b/c" (implements "d:e/f") (instance)))',
      /expected a plain name/,
    ],
    [
      'a package as a name of an export',
      '(component (component $c) (export "unlocked-dep=<a:b>" (component $c)))',
      /not a valid export name/,
    ],
  ];
  test.each(invalid)('refuses %s', async (_, text, message) => {
    expect((await validationError(text))?.message).toMatch(message);
  });
});
