/** The host's side of checks. */
import { describe, expect, test } from 'vitest';
import { HostBug } from '../../src/errors.js';
import { GRANT, makeGuards } from '../../src/instrument/guard.js';
import { instrument } from '../../src/instrument/instrument.js';
import { assemble, compile, countingClock, type Func, guardedText, NO_LIMIT, outcomeOf } from './support.js';

/** Counts $n down to 0. */
const COUNT = `(module (import "e" "f" (func $host)) (memory 1)
  (func (export "count") (param $n i32) (loop $l (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "nested") (param $n i32) (loop $l (call $host) (br_if $l (local.tee $n (i32.sub (local.get $n) (i32.const 1))))))
  (func (export "fill") (param $n i32) (memory.fill (i32.const 0) (i32.const 1) (local.get $n))))`;
const HOST = { e: { f: () => undefined } };

describe('sum()', () => {
  test('is 0 before anything has run', async () => {
    const { guard } = await guardedText(COUNT, NO_LIMIT, HOST);
    expect(guard.sum()).toBe(0);
  });

  test('grows by the same for each turn of a loop', async () => {
    const { guard, exports } = await guardedText(COUNT, NO_LIMIT, HOST);
    const of = (turns: number): number => {
      const before = guard.sum();
      exports.count?.(turns);
      return guard.sum() - before;
    };
    const perTurn = of(2) - of(1);
    expect(perTurn).toBeGreaterThan(0);
    expect(of(1001) - of(1)).toBe(perTurn * 1000);
    expect(of(1_000_001) - of(1)).toBe(perTurn * 1_000_000);
  });

  test('is the same however often the counter is filled or emptied meanwhile', async () => {
    const plain = await guardedText(COUNT, NO_LIMIT, HOST);
    plain.exports.nested?.(5000);
    plain.exports.count?.(5000);
    let turn = 0;
    const disturb = (): void => {
      turn++;
      if (turn % 3 === 0) disturbed.guard.refill();
      if (turn % 5 === 0) disturbed.guard.expire();
    };
    const disturbed = await guardedText(COUNT, NO_LIMIT, { e: { f: disturb } });
    disturbed.exports.nested?.(5000);
    disturbed.exports.count?.(5000);
    expect(disturbed.guard.sum()).toBe(plain.guard.sum());
  });

  test('counts the longest case of a switch in a loop, not all of its cases', async () => {
    const perTurn = async (cases: number): Promise<number> => {
      const names = Array.from({ length: cases }, (_, i) => `$c${i}`);
      const bodies = names.map((each) => `(block ${each}`).join(' ');
      const arms = names.map(() => `) (global.set $g (i32.const 1)) (br $next)`).join(' ');
      const text = `(module (global $g (mut i32) (i32.const 0)) (func (export "run") (param $n i32)
        (loop $turn (block $next ${bodies} (br_table ${names.join(' ')} (local.get $n)) ${arms})
          (br_if $turn (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))))`;
      const { guard, exports } = await guardedText(text);
      exports.run?.(1);
      const one = guard.sum();
      exports.run?.(2);
      return guard.sum() - 2 * one;
    };
    const few = await perTurn(2);
    expect(few).toBeGreaterThan(0);
    expect((await perTurn(102)) - few).toBe(100); // the blocks that are opened, not what stands in the arms
  });

  test('counts a fill by its length', async () => {
    const { guard, exports } = await guardedText(COUNT, NO_LIMIT, HOST);
    const of = (byteLength: number): number => {
      const before = guard.sum();
      exports.fill?.(byteLength);
      return guard.sum() - before;
    };
    expect(of(65_536) - of(0)).toBe(65_536 / 32);
  });
});

describe('the clock', () => {
  test('is looked at once in GRANT units', async () => {
    const { now, looks } = countingClock();
    const { guard, exports } = await guardedText(COUNT, { deadlineMs: 1e9, now, isCancelled: () => false }, HOST);
    exports.count?.(200_000);
    expect(looks()).toBe(Math.ceil(guard.sum() / GRANT));
  });

  test('is not looked at without a deadline', async () => {
    const { now, looks } = countingClock();
    const terms = { deadlineMs: Number.POSITIVE_INFINITY, now, isCancelled: () => false };
    const { exports } = await guardedText(COUNT, terms, HOST);
    exports.count?.(200_000);
    expect(looks()).toBe(0);
  });

  test('stops the guest when it shows the deadline itself, not a millisecond before', async () => {
    for (const [time, stopped] of [
      [99, null],
      [100, 'deadline'],
    ] as const) {
      const terms = { deadlineMs: 100, now: () => time, isCancelled: () => false };
      const { guard, exports } = await guardedText(COUNT, terms, HOST);
      outcomeOf(exports.count as Func, [1]);
      expect(guard.stopped).toBe(stopped);
    }
  });

  test('is looked at by the next check after expire()', async () => {
    let time = 0;
    const slow = (): void => {
      time += 60;
      guard.expire();
    };
    const terms = { deadlineMs: 100, now: () => time, isCancelled: () => false };
    const { guard, exports } = await guardedText(COUNT, terms, { e: { f: slow } });
    expect(outcomeOf(exports.nested as Func, [1000])).toBe('RuntimeError: unreachable');
    expect(time).toBe(120);
    expect(guard.stopped).toBe('deadline');
  });

  test('that throws stops the guest as a fault of the host', async () => {
    const broken = new Error('no clock');
    const now = (): number => {
      throw broken;
    };
    const { guard, exports } = await guardedText(COUNT, { deadlineMs: 1, now, isCancelled: () => false }, HOST);
    expect(outcomeOf(exports.count as Func, [1])).toBe('RuntimeError: unreachable');
    expect([guard.stopped, guard.fault]).toEqual(['fault', broken]);
  });
});

describe('arm()', () => {
  test('holds the next call to new terms', async () => {
    const { guard, exports } = await guardedText(COUNT, NO_LIMIT, HOST);
    exports.count?.(10);
    guard.arm({ deadlineMs: 5, now: () => 10, isCancelled: () => false });
    guard.expire();
    expect(outcomeOf(exports.count as Func, [10])).toBe('RuntimeError: unreachable');
    expect(guard.stopped).toBe('deadline');
  });
});

describe('attach()', () => {
  const START =
    '(module (global $g (export "g") (mut i32) (i32.const 0)) (func $s (global.set $g (i32.const 9)) (loop)) (start $s))';

  test('does not run the start function; start() does, once', async () => {
    const { guard, exports } = await guardedText(START);
    const global = exports.g as unknown as WebAssembly.Global;
    expect(global.value).toBe(0);
    guard.start();
    expect(global.value).toBe(9);
    expect(() => guard.start()).toThrow(HostBug);
  });

  test('refuses exports of a module that was not instrumented', async () => {
    const bytes = await assemble(START);
    const { added } = instrument(bytes);
    if (added === null) throw new Error('a loop needs a check');
    const { exports } = new WebAssembly.Instance(compile(bytes));
    expect(() => makeGuards().attach(exports, added, NO_LIMIT)).toThrow(HostBug);
  });
});
