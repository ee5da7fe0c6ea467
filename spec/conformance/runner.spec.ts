import { describe, expect, test } from 'vitest';
import type { Command, JsonValue } from '../../conformance/format.js';
import { type Result, runSuite } from '../../conformance/runner.js';
import { equals, toValue } from '../../conformance/values.js';
import { componentFromText } from '../component/text.js';

const ADD = `(component
  (core module $m (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))) (func (export "fail") unreachable))
  (core instance $i (instantiate $m))
  (func (export "add") (param "a" u32) (param "b" u32) (result u32) (canon lift (core func $i "add")))
  (func (export "fail") (canon lift (core func $i "fail"))))`;
const ASYNC = '(component (type (func async)))';

/** Runs commands whose `filename` is component text. */
async function run(commands: readonly object[], hosts = {}): Promise<Result['outcome'][]> {
  const lines = commands.map(
    (command, i) => ({ line: i + 1, module_type: 'binary', ...command }) as unknown as Command,
  );
  const options = { readBinary: componentFromText, parseText: async (bytes: Uint8Array) => bytes, hosts };
  const results = await runSuite({ source_filename: 'spec', commands: lines }, options);
  expect(results.map((result) => result.line)).toEqual(lines.map((line) => line.line));
  return results.map((result) => result.outcome);
}

const u32 = (value: number): JsonValue => ({ type: 'u32', value: String(value) });
const invoke = (field: string, ...args: JsonValue[]) => ({ type: 'invoke', field, args });
const kinds = (outcomes: readonly Result['outcome'][]) => outcomes.map((outcome) => outcome.kind);

describe('runSuite()', () => {
  test('a call that returns what is expected passes, and fails with both values when it does not', async () => {
    const action = invoke('add', u32(20), u32(22));
    const outcomes = await run([
      { type: 'module', filename: ADD },
      { type: 'assert_return', action, expected: [u32(42)] },
      { type: 'assert_return', action, expected: [u32(41)] },
    ]);
    expect(kinds(outcomes)).toEqual(['passed', 'passed', 'failed']);
    expect(outcomes[2]).toMatchObject({ message: 'expected {"type":"u32","value":"41"}, got 42' });
  });

  test('assert_trap passes for a trap only', async () => {
    const outcomes = await run([
      { type: 'module', filename: ADD },
      { type: 'assert_trap', action: invoke('add', u32(1), u32(2)), text: '' },
      { type: 'assert_trap', action: invoke('nothing'), text: '' },
      { type: 'assert_trap', action: invoke('fail'), text: 'unreachable' },
    ]);
    expect(kinds(outcomes)).toEqual(['passed', 'failed', 'failed', 'passed']);
    expect(outcomes[3]).toMatchObject({ message: expect.stringContaining('unreachable') });
  });

  test('a feature that is missing skips the definition and all that depends on it', async () => {
    const outcomes = await run([
      { type: 'module_definition', filename: ASYNC, name: 'a' },
      { type: 'module_instance', module: 'a', instance: 'i' },
      { type: 'action', action: invoke('f') },
      { type: 'assert_invalid', filename: ASYNC, text: '' },
      { type: 'module', filename: ADD },
    ]);
    const async = { kind: 'skipped', feature: 'async' };
    expect(outcomes).toEqual([async, async, async, async, { kind: 'passed', message: null }]);
  });

  test('each instance of a definition has a state of its own', async () => {
    const outcomes = await run([
      { type: 'module_definition', filename: ADD, name: 'd' },
      { type: 'module_instance', module: 'd', instance: 'one' },
      { type: 'module_instance', module: 'd', instance: 'two' },
      { type: 'assert_trap', action: { ...invoke('fail'), module: 'one' }, text: '' },
      { type: 'assert_trap', action: { ...invoke('add', u32(1), u32(1)), module: 'one' }, text: '' },
      { type: 'assert_return', action: invoke('add', u32(1), u32(1)), expected: [u32(2)] },
    ]);
    expect(new Set(kinds(outcomes))).toEqual(new Set(['passed']));
  });

  test('a valid component fails assert_invalid, an invalid one fails as a module', async () => {
    const invalid = '(component (export "f" (func 0)))';
    const outcomes = await run([
      { type: 'assert_invalid', filename: '(component)', text: '' },
      { type: 'assert_invalid', filename: invalid, text: 'index out of bounds' },
      { type: 'module', filename: invalid },
    ]);
    expect(kinds(outcomes)).toEqual(['failed', 'passed', 'failed']);
  });

  test('an import is given by the host, by an instance with that name, or is missing', async () => {
    const importer = (name: string, type: string, from: string) => `(component
      (import "${name}" ${type})
      (core func $f (canon lower ${from}))
      (core module $m (import "m" "f" (func $f (param i32 i32) (result i32))) (func (export "g") (result i32) (call $f (i32.const 3) (i32.const 4))))
      (core instance $i (instantiate $m (with "m" (instance (export "f" (func $f))))))
      (func (export "g") (result u32) (canon lift (core func $i "g"))))`;
    const type = '(param "a" u32) (param "b" u32) (result u32)';
    const fromInstance = importer('one', `(instance $one (export "add" (func ${type})))`, '(func $one "add")');
    const fromHost = importer('multiply', `(func $h ${type})`, '(func $h)');
    const outcomes = await run(
      [
        { type: 'assert_unlinkable', filename: fromInstance, text: '' },
        { type: 'module', filename: ADD, name: 'one' },
        { type: 'module', filename: fromInstance },
        { type: 'assert_return', action: invoke('g'), expected: [u32(7)] },
        { type: 'module', filename: fromHost },
        { type: 'assert_return', action: invoke('g'), expected: [u32(12)] },
      ],
      { multiply: (a: number, b: number) => a * b },
    );
    expect(outcomes.filter((outcome) => outcome.kind !== 'passed')).toEqual([]);
  });
});

describe('toValue() and equals()', () => {
  const same: readonly [JsonValue, unknown][] = [
    [{ type: 's64', value: '-14' }, -14n],
    [{ type: 'f32', value: String(0x3fc0_0000) }, 1.5],
    [{ type: 'f64', value: String(0x7ff8_0000_0000_0000n) }, Number.NaN],
    [
      { type: 'flags', value: ['b', 'a'] },
      { a: true, b: true },
    ],
    [{ type: 'variant', value: { case: 'x', payload: u32(1) } }, { x: 1 }],
    [{ type: 'variant', value: { case: 'y' } }, { y: true }],
    [{ type: 'result', value: { Err: null } }, { err: true }],
    [{ type: 'option', value: null }, undefined],
    [{ type: 'record', value: [['a', u32(1)]] }, { a: 1 }],
  ];
  test.each(same)('%o is %o', (expected, actual) => {
    expect(equals(expected, actual, null)).toBe(true);
  });
  const different: readonly [JsonValue, unknown][] = [
    [{ type: 's64', value: '-14' }, -14],
    [{ type: 'f64', value: '0' }, -0],
    [
      { type: 'flags', value: ['a'] },
      { a: true, b: true },
    ],
    [{ type: 'variant', value: { case: 'x', payload: u32(1) } }, { y: 1 }],
    [{ type: 'option', value: u32(0) }, undefined],
    [{ type: 'list', value: [u32(1)] }, [1, 2]],
  ];
  test.each(different)('%o is not %o', (expected, actual) => {
    expect(equals(expected, actual, null)).toBe(false);
  });
  test('an argument some(none) keeps its outer some', () => {
    expect(toValue({ type: 'option', value: { type: 'option', value: null } })).toEqual({ some: null });
  });
});
