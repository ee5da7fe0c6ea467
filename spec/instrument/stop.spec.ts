/** Guests that never end by themselves are stopped, and nothing that a guest can do catches it. */
import { describe, expect, test } from 'vitest';
import { type GuardTerms, makeGuards } from '../../src/instrument/guard.js';
import { instrument } from '../../src/instrument/instrument.js';
import { assemble, compile, type Func, guarded, guardedText, outcomeOf, stopAtLook } from './support.js';

/** Modules whose `run` does not end; texts of the body of a module. */
const ENDLESS: Readonly<Record<string, string>> = {
  'an empty loop': '(func (export "run") (loop $l (br $l)))',
  'a loop with a body': `(memory 1) (func (export "run") (loop $l
    (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (br $l)))`,
  'a loop that br_if continues': '(func (export "run") (loop $l (br_if $l (i32.const 1))))',
  'a loop that br_table continues': '(func (export "run") (block $out (loop $l (br_table $out $l (i32.const 5)))))',
  'a loop with multi-value parameters and results': `(func (export "run") (result i32 i64)
    (i32.const 1) (i64.const 2)
    (loop $l (param i32 i64) (result i32 i64) (br $l)))`,
  'a loop with operands of others below it': `(func (export "run") (result i32)
    (i32.const 1) (loop $l (br $l)) (i32.const 2) i32.add)`,
  'nested loops, of which the outer one never ends': `(func (export "run") (local $i i32) (loop $o
    (local.set $i (i32.const 10))
    (loop $i (br_if $i (local.tee $i (i32.sub (local.get $i) (i32.const 1))))) (br $o)))`,
  'an inner loop that continues the outer one': '(func (export "run") (loop $o (loop $i (br $o))))',
  'a loop that calls': '(func $f) (func (export "run") (loop $l (call $f) (br $l)))',
  'a SIMD loop': `(func (export "run") (local $v v128) (loop $l
    (local.set $v (i32x4.add (local.get $v) (v128.const i32x4 1 2 3 4))) (br $l)))`,
  'mutual recursion by tail calls': `(func $a (return_call $b)) (func $b (return_call $a))
    (func (export "run") (call $a))`,
  'a tail call of itself': '(func $a (export "run") (return_call $a))',
  'a tail call through a table': `(type $t (func)) (table 1 funcref) (elem (i32.const 0) $a)
    (func $a (export "run") (return_call_indirect (type $t) (i32.const 0)))`,
  'a loop inside a try whose catch_all begins again': `(func (export "run") (loop $again
    try (loop $l (br $l)) catch_all end (br $again)))`,
  'exceptions thrown and caught for ever': `(tag $e) (func (export "run") (loop $again
    try (throw $e) catch $e end (br $again)))`,
  'a try with delegate in a loop': `(tag $e) (func (export "run") (loop $again
    try $t try (throw $e) delegate $t catch_all end (br $again)))`,
  'a tree of calls that is too high': `
    ${Array.from({ length: 60 }, (_, i) => `(func $f${i} (call $f${i + 1}) (call $f${i + 1}))`).join('\n')}
    (func $f60) (func (export "run") (call $f0))`,
  'long fills': `(memory 64) (func (export "run") (loop $l
    (memory.fill (i32.const 0) (i32.const 1) (i32.const 4194304)) (br $l)))`,
  'a table that is filled': `(table 10000 funcref) (func (export "run") (loop $l
    (table.fill (i32.const 0) (ref.null func) (i32.const 10000)) (br $l)))`,
};

describe('a guest that never ends', () => {
  for (const [what, body] of Object.entries(ENDLESS)) {
    test(`is stopped by its deadline: ${what}`, async () => {
      const { exports, guard } = await guardedText(`(module ${body})`, stopAtLook(4));
      expect(outcomeOf(exports.run as Func)).toBe('RuntimeError: unreachable');
      expect(guard.stopped).toBe('deadline');
    });
  }

  test('is stopped by its cancel flag', async () => {
    let asked = 0;
    const terms: GuardTerms = { deadlineMs: Number.POSITIVE_INFINITY, now: () => 0, isCancelled: () => ++asked > 3 };
    const { exports, guard } = await guardedText('(module (func (export "run") (loop $l (br $l))))', terms);
    expect(outcomeOf(exports.run as Func)).toBe('RuntimeError: unreachable');
    expect(guard.stopped).toBe('cancelled');
  });

  test('is stopped in its start function', async () => {
    const { guard } = await guardedText('(module (func $s (loop $l (br $l))) (start $s))', stopAtLook(2));
    expect(() => guard.start()).toThrow(WebAssembly.RuntimeError);
    expect(guard.stopped).toBe('deadline');
  });

  test('stays stopped when it is entered again', async () => {
    const text = '(module (func (export "run") (loop $l (br $l))) (func (export "f") (loop)))';
    const { exports } = await guardedText(text, stopAtLook(2));
    outcomeOf(exports.run as Func);
    expect(outcomeOf(exports.f as Func)).toBe('RuntimeError: unreachable');
  });

  test('does not run at all when nobody guards it', async () => {
    const { bytes } = instrument(await assemble('(module (func (export "run") (loop $l (br $l))))'));
    const { run } = new WebAssembly.Instance(compile(bytes)).exports as Record<string, Func>;
    expect(() => run?.()).toThrow(WebAssembly.RuntimeError);
  });

  test('traps in a catch_all around it, which therefore does not run', async () => {
    const text = `(module (global $caught (export "caught") (mut i32) (i32.const 0))
      (func (export "run") try (loop $l (br $l)) catch_all (global.set $caught (i32.const 1)) end))`;
    const { exports } = await guardedText(text, stopAtLook(2));
    outcomeOf(exports.run as Func);
    expect((exports.caught as unknown as WebAssembly.Global).value).toBe(0);
  });

  test('is stopped in one of two instances of a module, while the other goes on', async () => {
    const { bytes, added } = instrument(
      await assemble('(module (func (export "run") (param i32) (loop $l (br_if $l (local.get 0)))))'),
    );
    if (added === null) throw new Error('a loop needs a check');
    const guards = makeGuards();
    const [one, two] = [1, 2].map(() => new WebAssembly.Instance(compile(bytes)).exports as Record<string, Func>);
    guards.attach(one as never, added, stopAtLook(2));
    guards.attach(two as never, added, stopAtLook(1000));
    expect(() => one?.run?.(1)).toThrow(WebAssembly.RuntimeError);
    expect(two?.run?.(0)).toBeUndefined();
  });
});

describe('a guest that ends', () => {
  test('is not stopped by a trap of its own', async () => {
    const { exports, guard } = await guardedText('(module (func (export "run") (loop unreachable)))');
    expect(outcomeOf(exports.run as Func)).toBe('RuntimeError: unreachable');
    expect(guard.stopped).toBeNull();
  });

  test('has its deep recursion trapped by the stack, not by a check', async () => {
    const { exports, guard } = await guardedText('(module (func $f (export "run") (call $f) (call $f)))');
    expect(outcomeOf(exports.run as Func)).toMatch(/^RangeError|^RuntimeError: unreachable/);
    expect([null, 'stack']).toContain(guard.stopped);
  });

  test('cannot go on after an overflow of the stack by catching it on every level', async () => {
    const body = 'try (call $f) catch_all end try (call $f) catch_all end';
    const { exports } = await guardedText(`(module (func $f (export "run") ${body}))`);
    expect(outcomeOf(exports.run as Func)).toMatch(/^RangeError|^RuntimeError: unreachable/);
  });

  test('runs on when the deadline is one look away', async () => {
    const loop =
      '(module (func (export "run") (param i32) (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))';
    const bytes = await assemble(loop);
    const looked = guarded(bytes, stopAtLook(2)); // the first look is at the first check
    expect(outcomeOf(looked.exports.run as Func, [10])).toBeUndefined();
    const stopped = guarded(bytes, stopAtLook(1));
    expect(outcomeOf(stopped.exports.run as Func, [10])).toBe('RuntimeError: unreachable');
  });
});
