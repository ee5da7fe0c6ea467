// What a core module asks of its host: numbers, and what each mistake of TypeScript gives.
import { describe, expect, test } from 'vitest';
import { CANNOT_WAIT, coreFrom, live, thrownBy, trapOf } from './guests.js';

describe('an import of a core module', () => {
  const text = (name: string) =>
    `(module (import "env" "${name}" (func $f (result i32))) (func (export "g") (result i32) (call $f)))`;

  test('is found by its exact name', async () => {
    const given = { resolveImport: () => ({ get_now: () => 7 }) };
    expect(live(await coreFrom(text('get_now'), null), given).call('g')).toBe(7);
  });

  test.each(['toString', 'constructor', '__proto__', 'missing'])(
    '`%s` is not among what every object inherits',
    async (name) => {
      const plan = await coreFrom(text(name), null);
      expect(thrownBy(() => live(plan, { resolveImport: () => ({}) }).call('g'))).toMatchObject({
        message: `called env#${name}, which is not granted`,
      });
    },
  );

  const answering = async (type: string, answer: unknown) => {
    const code = `(module (import "env" "f" (func $f (result ${type}))) (func (export "g") (result ${type}) (call $f)))`;
    return live(await coreFrom(code, null), { resolveImport: () => ({ f: () => answer }) });
  };

  test.each([
    ['i32', -(2 ** 31), -(2 ** 31)],
    ['i32', 2 ** 32 - 1, -1],
    ['i64', -(2n ** 63n), -(2n ** 63n)],
    ['i64', 2n ** 64n - 1n, -1n],
    ['i64', 2 ** 53 - 1, 2n ** 53n - 1n],
    ['f32', 0.5, 0.5],
    ['f64', Number.NaN, Number.NaN],
    ['f64', 1.1, 1.1],
  ])('of type %s may answer %s', async (type, answer, result) => {
    expect((await answering(type, answer)).call('g')).toBe(result);
  });

  test.each([
    ['i32', 'x', 'string "x"'],
    ['i32', undefined, 'nil'],
    ['i32', null, 'nil'],
    ['i32', true, 'boolean true'],
    ['i32', { a: 1 }, 'a table with a'],
    ['i32', 1.5, 'number 1.5'],
    ['i32', 2 ** 32, 'number 4294967296'],
    ['i32', -(2 ** 31) - 1, 'number -2147483649'],
    ['i32', 5n, 'int64 5'],
    ['i64', 2n ** 64n, 'int64 18446744073709551616'],
    ['i64', -(2n ** 63n) - 1n, 'int64 -9223372036854775809'],
    ['i64', 2 ** 53, 'number 9007199254740992'],
    ['i64', true, 'boolean true'],
    ['f32', '1', 'string "1"'],
    ['f64', undefined, 'nil'],
  ])('of type %s that answers %s traps: nothing is converted', async (type, answer, got) => {
    const guest = await answering(type, answer);
    const trap = trapOf(() => guest.call('g'));
    expect(trap).toMatchObject({ code: 'import-core-result', facts: { name: 'env#f' } });
    expect(trap.text).toContain(`import env#f returned a value that does not fit its core type: expected ${type} (`);
    expect(trap.text).toContain(`got ${got}`);
    expect(guest.instance.poisoned).toBe(true);
  });

  test('without a result may answer anything but a promise', async () => {
    const code = '(module (import "env" "f" (func $f)) (func (export "g") (call $f)))';
    const plan = await coreFrom(code, null);
    expect(live(plan, { resolveImport: () => ({ f: () => 'x' }) }).call('g')).toBeUndefined();
    const promising = live(plan, { resolveImport: () => ({ f: () => Promise.reject(new Error('later')) }) });
    expect(trapOf(() => promising.call('g')).facts).toEqual({ name: 'env#f', detail: CANNOT_WAIT });
  });

  test('that answers with a promise traps and says what to do, and the promise’s rejection is not left unhandled', async () => {
    const code = text('f');
    const guest = live(await coreFrom(code, null), {
      resolveImport: () => ({ f: () => Promise.reject(new Error('later')) }),
    });
    expect(trapOf(() => guest.call('g')).facts).toEqual({ name: 'env#f', detail: CANNOT_WAIT });
  });

  test('of several results answers an array of as many', async () => {
    const code = `(module (import "env" "f" (func $f (result i32 i64)))
      (func (export "g") (result i64) (local i64) (call $f) (local.set 0) (drop) (local.get 0)))`;
    const plan = await coreFrom(code, null);
    const answered = (answer: unknown) => live(plan, { resolveImport: () => ({ f: () => answer }) });
    expect(answered([1, 2]).call('g')).toBe(2n);
    expect(trapOf(() => answered([1]).call('g')).facts.detail).toBe(
      'expected an array of 2, one for each result, got an array of 1',
    );
    expect(trapOf(() => answered([1, 'x']).call('g')).facts.detail).toContain('[2]: expected i64 (');
  });
});
