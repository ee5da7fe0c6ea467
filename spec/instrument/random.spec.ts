/** Random modules: changed bytes never crash, a valid module stays valid, and what it does stays the same. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BinaryError } from '../../src/binary/errors.js';
import { CannotInstrument, MemoryOverLimit } from '../../src/instrument/errors.js';
import { instrument } from '../../src/instrument/instrument.js';
import { leb, name, section, vec } from '../component/binary.js';
import { assemble, bothWays, isValid } from './support.js';

const RUNS = Number(process.env.MOONWIT_FUZZ_RUNS ?? 300);
const CORE = new URL('../../guests/dist/core/', import.meta.url);
const guests = readdirSync(CORE).map((file) => new Uint8Array(readFileSync(new URL(file, CORE))));

/** Sections of every kind, for edits. */
const EVERYTHING = await assemble(`(module
  (type $t (func (param i32) (result i32))) (import "e" "f" (func $f (type $t))) (import "e" "g" (global i32))
  (table 4 funcref) (memory 1 4) (global $c (mut i32) (i32.const 1)) (tag $e (param i32))
  (export "run" (func $run)) (start $start) (elem (i32.const 0) func $run $f) (data (i32.const 0) "data") (data "more")
  (func $start (loop (memory.fill (i32.const 0) (i32.const 1) (i32.const 9))))
  (func $run (type $t) (local $v v128)
    (loop $l (local.set $v (i8x16.splat (local.get 0)))
      (block $b (br_table $b $l $b (local.get 0))) try (call $f (i32.const 1)) drop catch $e drop catch_all rethrow 0 end)
    (@metadata.code.branch_hint "\\00") (if (local.get 0) (then (return_call $run (i32.const 0))))
    (call_indirect (type $t) (local.get 0) (i32.const 1))))`);

/** Our own errors are an answer; anything else is thrown on. */
function rewritten(bytes: Uint8Array): Uint8Array | null {
  try {
    return instrument(bytes, { maxMemoryBytes: 2 ** 24 }).bytes;
  } catch (thrown) {
    if (thrown instanceof BinaryError || thrown instanceof CannotInstrument) return null;
    if (thrown instanceof MemoryOverLimit) return null;
    throw thrown;
  }
}

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const edits = fc.array(fc.record({ at: place, byte: fc.nat(255), cut: fc.nat(3) }), { minLength: 1, maxLength: 6 });

function edited(bytes: Uint8Array, changes: readonly { at: number; byte: number; cut: number }[]): Uint8Array {
  let result = [...bytes];
  for (const { at, byte, cut } of changes) {
    const index = Math.floor(at * result.length);
    result = [...result.slice(0, index), byte, ...result.slice(index + cut)];
  }
  return Uint8Array.from(result);
}

describe('changed bytes', () => {
  test('of guests and of a module with everything end with our errors, or with a module that is valid if it was', () => {
    expect(isValid(EVERYTHING)).toBe(true);
    fc.assert(
      fc.property(fc.constantFrom(EVERYTHING, EVERYTHING, ...guests), edits, (bytes, changes) => {
        const changed = edited(bytes, changes);
        const result = rewritten(changed);
        if (result !== null && isValid(changed)) expect(isValid(result)).toBe(true);
      }),
      { numRuns: RUNS * 4 },
    );
  });

  test('of any kind end with our errors', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        rewritten(Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, ...bytes]));
      }),
      { numRuns: RUNS },
    );
  });
});

/** Statements of a function with the locals $0 (an argument), $1 and $2, as bytes: they end for every argument. */
type Statement = (depth: number) => readonly number[];
const i32 = (value: number): number[] => [0x41, ...signed(value)];
const signed = (value: number): number[] => (value < 64 ? [value] : [(value & 0x7f) | 0x80, value >> 7]);

const local = fc.nat(1);
const assign: fc.Arbitrary<Statement> = fc
  .tuple(local, local, fc.constantFrom(0x6a, 0x6b, 0x6c, 0x73), fc.nat(1000))
  .map(([to, from, operator, value]) => () => [0x20, from, ...i32(value), operator, 0x21, to]);
const store: fc.Arbitrary<Statement> = fc.tuple(local, fc.nat(1000)).map(([from, address]) => () => [
  ...i32(address),
  0x20,
  from,
  0x36,
  0x02,
  0x00,
]);
const fill: fc.Arbitrary<Statement> = fc.tuple(fc.nat(1000), fc.nat(200)).map(([at, length]) => () => [
  ...i32(at),
  ...i32(7),
  ...i32(length),
  0xfc,
  0x0b,
  0x00,
]);
/** Leaves one of the blocks around, when $1 is odd. */
const leave: fc.Arbitrary<Statement> = fc
  .nat(5)
  .map(
    (label) => (depth) =>
      depth === 0 ? [0x01] : [0x20, 1, 0x41, 1, 0x71, 0x04, 0x40, 0x0c, ...leaving(label, depth), 0x0b],
  );
/** A label of a block, counted from inside of the `if`; the loops are inside blocks of their own, so never to a loop's header. */
const leaving = (label: number, depth: number): number[] => leb(1 + 2 * (label % depth) + 1);
const call: fc.Arbitrary<Statement> = local.map((to) => () => [0x20, to, 0x10, 0x01, 0x21, to]);

const { statements } = fc.letrec<{ statements: readonly Statement[]; statement: Statement }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    assign,
    store,
    fill,
    leave,
    call,
    turns(tie('statements')),
  ),
  statements: fc.array(tie('statement'), { maxLength: 5 }),
}));

/** A block around a loop of a few turns, counted in memory at an address for each depth. */
function turns(body: fc.Arbitrary<readonly Statement[]>): fc.Arbitrary<Statement> {
  return fc.tuple(fc.integer({ min: 1, max: 4 }), body).map(([count, inner]) => (depth) => {
    const address = i32(2000 + depth * 4);
    const again = [...address, ...address, 0x28, 0x02, 0x00, 0x41, 1, 0x6b, 0x36, 0x02, 0x00];
    return [
      ...[...address, ...i32(count), 0x36, 0x02, 0x00, 0x02, 0x40, 0x03, 0x40],
      ...inner.flatMap((each) => each(depth + 1)),
      ...[...again, ...address, 0x28, 0x02, 0x00, 0x0d, 0x00, 0x0b, 0x0b],
    ];
  });
}

function moduleOf(body: readonly Statement[]): Uint8Array {
  const code = [1, 2, 0x7f, ...body.flatMap((each) => each(0)), 0x20, 1, 0x0b];
  const leaf = [0, 0x20, 0, 0x41, 3, 0x6c, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vec([0x60, 1, 0x7f, 1, 0x7f])),
    ...section(3, vec([0], [0])),
    ...section(5, vec([0, 1])),
    ...section(7, vec([...name('run'), 0, 0], [...name('memory'), 2, 0])),
    ...section(10, vec([...leb(code.length), ...code], [...leb(leaf.length), ...leaf])),
  ]);
}

describe('random modules', () => {
  test('of loops, exits, calls and fills do the same with checks', () => {
    let compared = 0;
    fc.assert(
      fc.property(statements, (body) => {
        const bytes = moduleOf(body);
        expect(isValid(bytes)).toBe(true);
        const { bare, checked } = bothWays(bytes);
        if (checked === null) return;
        expect(checked).toEqual(bare);
        compared++;
      }),
      { numRuns: RUNS },
    );
    expect(compared).toBeGreaterThan(RUNS / 4);
  });

  const wasmTools = process.env.MOONWIT_WASM_TOOLS ?? 'wasm-tools';
  const installed = spawnSync(wasmTools, ['--version']).status === 0;
  if (!installed) console.warn(`skipped: modules of ${wasmTools} smith; install wasm-tools or set MOONWIT_WASM_TOOLS`);
  test.skipIf(!installed)('of wasm-tools smith do the same with checks', () => {
    const folder = mkdtempSync(join(tmpdir(), 'moonwit-smith-'));
    try {
      fc.assert(
        fc.property(fc.uint8Array({ minLength: 2000, maxLength: 12_000 }), (seed) => {
          const bytes = smith(wasmTools, folder, seed);
          const { bare, checked } = bothWays(bytes);
          // Frames with checks are larger, so an endless recursion ends in the stack at one time and for want of fuel at another.
          const overflow = [bare, checked].some((seen) => JSON.stringify(seen, plain)?.includes('call stack'));
          if (checked !== null && !overflow) expect(checked).toEqual(bare);
        }),
        { numRuns: Math.ceil(RUNS / 10) },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** A valid module of what Node 20 has, which ends by itself: it has fuel. */
function smith(command: string, folder: string, seed: Uint8Array): Uint8Array {
  const [input, output] = [join(folder, 'seed'), join(folder, 'module.wasm')];
  writeFileSync(input, seed);
  const off = ['memory64', 'gc', 'exceptions', 'relaxed-simd', 'threads', 'extended-const', 'wide-arithmetic'];
  execFileSync(command, [
    ...[
      'smith',
      '--ensure-termination',
      '--fuel',
      '1000',
      '--canonicalize-nans',
      'true',
      '--export-everything',
      'true',
    ],
    ...off.flatMap((feature) => [`--${feature}-enabled`, 'false']),
    ...['--custom-page-sizes-enabled', 'false', '--shared-everything-threads-enabled', 'false', '--max-memories', '1'],
    ...['--max-memory32-bytes', '1000000', '--max-table-elements', '1000', '--max-tags', '0', '--min-funcs', '2'],
    ...['--output', output, input],
  ]);
  return new Uint8Array(readFileSync(output));
}
