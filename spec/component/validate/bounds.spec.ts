/** Small components whose types are large when they are written out: validation ends, with an answer, in bounded memory. */
import { describe, expect, test } from 'vitest';
import { validationError } from '../text.js';

const times = (count: number, make: (i: number) => string) =>
  Array.from({ length: count }, (_, i) => make(i)).join(' ');

/** `count` types named `name0`, …: each has two members of the one before. */
function doubling(name: string, count: number, kind: 'instance' | 'component', first: string): string {
  const member = kind === 'instance' ? 'export' : 'import';
  const next = (i: number) => `(type $${name}${i + 1} (${kind} (alias outer 1 $${name}${i} (type $x))
    (${member} "a" (${kind} (type $x))) (${member} "b" (${kind} (type $x)))))`;
  return `(type $${name}0 (${kind} ${first})) ${times(count, next)}`;
}

/** Supplies something of type `t` where the equal, but separate, type `u` is imported. */
function compared(count: number, kind: 'instance' | 'component'): string {
  return `(component ${doubling('t', count, kind, '')} ${doubling('u', count, kind, '')}
    (import "i" (${kind} $i (type $t${count})))
    (component $c (alias outer 1 $u${count} (type $x)) (import "i" (${kind} (type $x))))
    (instance (instantiate $c (with "i" (${kind} $i)))))`;
}

describe('validateComponent() stays bounded', () => {
  test.each(['instance', 'component'] as const)('when %s types double 60 times', async (kind) => {
    expect(await validationError(compared(60, kind))).toBeNull();
  });

  test('when instance types with resource types double 40 times', async () => {
    const text = `(component ${doubling('t', 40, 'instance', '(export "r" (type (sub resource)))')})`;
    expect((await validationError(text))?.message).toMatch(/checking its types takes more than 1000000 steps/);
  });

  test('when value types double 90 times behind lists', async () => {
    const next = (i: number) =>
      i % 20 === 19 ? `(type $t${i + 1} (list $t${i}))` : `(type $t${i + 1} (tuple $t${i} $t${i}))`;
    const text = `(component (type $t0 (list u8)) ${times(90, next)} (import "f" (func (param "a" $t90))) (import "g" (func (param "a" $t89))))`;
    expect(await validationError(text)).toBeNull();
  });

  test('when instance types nest 101 deep, which is too deep, and not when 99', async () => {
    const chain = (count: number) =>
      `(component (type $t0 (instance)) ${times(count, (i) => `(type $t${i + 1} (instance (alias outer 1 $t${i} (type $x)) (export "a" (instance (type $x)))))`)})`;
    expect(await validationError(chain(99))).toBeNull();
    expect((await validationError(chain(100)))?.message).toMatch(/types nest deeper than 100/);
  });

  test('when names are made to make a pattern backtrack', async () => {
    const name = `integrity=<sha256-${'a'.repeat(50_000)}`;
    const error = await validationError(`(component (import "${name}" (func)))`);
    expect(error?.message).toMatch(/not in kebab case|…/);
    expect(error?.message.length).toBeLessThan(2000);
  });
});
