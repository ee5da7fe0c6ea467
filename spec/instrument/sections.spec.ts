/** What else is in a module stays, or moves with the code. */
import { describe, expect, test } from 'vitest';
import { functionNames } from '../../src/component/core-module.js';
import { CannotInstrument } from '../../src/instrument/errors.js';
import { instrument } from '../../src/instrument/instrument.js';
import { originalOffset } from '../../src/instrument/offsets.js';
import { name, section, vec } from '../component/binary.js';
import { assemble, compile, type Func, guarded, isValid, outcomeOf } from './support.js';

const LOOP = '(func $spin (export "run") (loop $l (br $l)))';

/** A module with more sections put behind its own. */
function withSections(bytes: Uint8Array, ...sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([...bytes, ...sections.flat()]);
}

const custom = (title: string, ...content: number[]): number[] => section(0, [...name(title), ...content]);

function customContent(bytes: Uint8Array, title: string): number[][] {
  return WebAssembly.Module.customSections(compile(bytes), title).map((buffer) => [...new Uint8Array(buffer)]);
}

describe('names', () => {
  test('of functions and locals are kept byte for byte', async () => {
    const bytes = await assemble(
      '(module (func $outer (param $first i32) (loop $turn (call $outer (local.get $first)))))',
    );
    const { bytes: rewritten } = instrument(bytes);
    expect(customContent(rewritten, 'name')).toEqual(customContent(bytes, 'name'));
    expect(functionNames(rewritten).get(0)).toBe('outer');
  });

  test('stand in the stack of a trap', async () => {
    const bytes = await assemble('(module (func $boom unreachable) (func $middle (export "run") (loop (call $boom))))');
    const { exports } = guarded(bytes);
    let stack = '';
    try {
      exports.run?.();
    } catch (thrown) {
      stack = (thrown as Error).stack ?? '';
    }
    expect(stack).toMatch(/boom[\s\S]*middle/);
  });
});

describe('offsets', () => {
  /** Offsets of the frames of a trap, the innermost first. */
  function trapOffsets(run: Func): number[] {
    try {
      run();
    } catch (thrown) {
      return [...((thrown as Error).stack ?? '').matchAll(/wasm-function\[\d+\]:0x([0-9a-f]+)/g)].map((match) =>
        Number.parseInt(match[1] ?? '', 16),
      );
    }
    throw new Error('it did not trap');
  }

  test('in a trace lead to those of the original', async () => {
    const text = `(module (memory 1)
      (func $boom (param i32) (block $b (loop $l (br_if $b (local.get 0)) (br_if $l (i32.const 0)))) (drop (i32.div_u (i32.const 1) (i32.const 0))))
      (func $middle (loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 1)) (call $boom (i32.const 1))))
      (func (export "run") (call $middle) (call $middle)))`;
    const bytes = await assemble(text);
    const bare = new WebAssembly.Instance(compile(bytes)).exports.run as Func;
    const { exports, result } = guarded(bytes);
    const moved = trapOffsets(exports.run as Func);
    expect(moved.length).toBe(3);
    expect(moved.map((offset) => originalOffset(result.offsets, offset))).toEqual(trapOffsets(bare));
  });

  test('of added functions lead nowhere', async () => {
    const bytes = await assemble(`(module ${LOOP})`);
    const { result } = guarded(bytes);
    expect(originalOffset(result.offsets, result.bytes.length - 1)).toBeNull();
  });

  test('move with a memory section that grew when nothing else changes', async () => {
    const bytes = await assemble('(module (memory 1) (func (export "run") unreachable))');
    const { bytes: rewritten, offsets } = instrument(bytes, { maxMemoryBytes: 65_536, checks: false });
    const at = trapOffsets(new WebAssembly.Instance(compile(rewritten)).exports.run as Func);
    const from = trapOffsets(new WebAssembly.Instance(compile(bytes)).exports.run as Func);
    expect(at.map((offset) => originalOffset(offsets, offset))).toEqual(from);
    expect(at).not.toEqual(from);
  });
});

describe('custom sections', () => {
  test('of debuggers are kept byte for byte', async () => {
    const bytes = withSections(
      await assemble(`(module ${LOOP})`),
      custom('.debug_line', 1, 2, 3),
      custom('producers', 0),
    );
    const { bytes: rewritten } = instrument(bytes);
    expect(customContent(rewritten, '.debug_line')).toEqual([[1, 2, 3]]);
    expect(customContent(rewritten, 'producers')).toEqual([[0]]);
  });

  test('of linkers are dropped', async () => {
    const bytes = withSections(await assemble(`(module ${LOOP})`), custom('reloc.CODE', 3, 0), custom('linking', 2));
    const { bytes: rewritten } = instrument(bytes);
    expect(customContent(rewritten, 'reloc.CODE')).toEqual([]);
    expect(customContent(rewritten, 'linking')).toEqual([]);
  });

  test('with branch hints name the same instructions after the move', async () => {
    const text = `(module (func (export "run") (param i32)
      (loop $l (@metadata.code.branch_hint "\\01") (br_if $l (i32.const 0)))
      (@metadata.code.branch_hint "\\00") (if (local.get 0) (then (loop)))))`;
    const bytes = await assemble(text);
    const { bytes: rewritten } = instrument(bytes);
    const opcodes = (module: Uint8Array): number[] => {
      const [hints] = customContent(module, 'metadata.code.branch_hint');
      if (hints === undefined) throw new Error('the hints are gone');
      const [functions, index, count, first, , , second] = hints;
      expect([functions, index, count]).toEqual([1, 0, 2]);
      const body = bodyStart(module);
      return [first, second].map((offset) => module[body + (offset as number)] as number);
    };
    expect(opcodes(bytes)).toEqual([0x0d, 0x04]);
    expect(opcodes(rewritten)).toEqual([0x0d, 0x04]);
    expect(isValid(rewritten)).toBe(true);
  });

  test('with broken branch hints are dropped', async () => {
    const plain = await assemble(`(module ${LOOP})`);
    const hints = custom('metadata.code.branch_hint', 9, 9);
    const bytes = Uint8Array.from([...plain.subarray(0, 8), ...hints, ...plain.subarray(8)]);
    const { bytes: rewritten } = instrument(bytes);
    expect(customContent(rewritten, 'metadata.code.branch_hint')).toEqual([]);
    expect(isValid(rewritten)).toBe(true);
  });
});

/** Start of the first function's body; sizes of a byte or two. */
function bodyStart(bytes: Uint8Array): number {
  let at = 8;
  const u32 = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  for (;;) {
    const id = bytes[at++];
    const size = u32();
    if (id !== 10) at += size;
    else break;
  }
  u32();
  u32();
  return at;
}

describe('sections that are added to', () => {
  test('are made where the module has none', async () => {
    const { bytes, added } = instrument(Uint8Array.from(await assemble('(module (func (loop)))')));
    expect(isValid(bytes)).toBe(true);
    expect(WebAssembly.Module.exports(compile(bytes)).map((each) => each.name)).toEqual([
      added?.counter,
      added?.guard,
      added?.table,
    ]);
  });

  test('keep tables, element segments of every form, globals, tags and data', async () => {
    const text = `(module
      (type $t (func (result i32)))
      (import "e" "f" (func $imported (result i32)))
      (table $one 8 funcref) (table $two 8 funcref) (table $ext 2 externref)
      (memory 1) (data $active (i32.const 4) "abc") (data $passive "def")
      (global $g (mut i32) (i32.const 5)) (global $f funcref (ref.func $a))
      (tag $e (param i32))
      (elem (i32.const 0) func $a $b)
      (elem $p1 func $a)
      (elem (table $two) (i32.const 1) func $b)
      (elem declare func $c)
      (elem (i32.const 4) funcref (ref.func $a) (ref.null func))
      (elem $p2 funcref (ref.func $b))
      (elem (table $two) (i32.const 2) funcref (ref.func $imported))
      (elem declare funcref (ref.func $c))
      (func $a (result i32) (i32.const 1)) (func $b (result i32) (i32.const 2)) (func $c (result i32) (i32.const 3))
      (func (export "call") (param i32) (result i32) (loop) (call_indirect $one (type $t) (local.get 0)))
      (func (export "call2") (param i32) (result i32) (loop) (call_indirect $two (type $t) (local.get 0)))
      (func (export "load") (param i32) (result i32)
        (memory.init $passive (i32.const 9) (i32.const 0) (i32.const 3)) (i32.load8_u (local.get 0))))`;
    const { exports } = guarded(await assemble(text), undefined, { e: { f: () => 77 } });
    expect([0, 1, 4].map((i) => exports.call?.(i))).toEqual([1, 2, 1]);
    expect([1, 2].map((i) => exports.call2?.(i))).toEqual([2, 77]);
    expect([4, 9].map((i) => exports.load?.(i))).toEqual([97, 100]);
    expect(outcomeOf(exports.call as Func, [5])).toMatch(/^RuntimeError/);
  });

  test('take other names when the module has exports of theirs', async () => {
    const text = '(module (func (export "moonwit.counter") (export "moonwit.counter.2") (loop)))';
    const { added, bytes } = instrument(await assemble(text));
    expect(added?.counter).toBe('moonwit.counter.3');
    expect(isValid(bytes)).toBe(true);
  });

  test('stay as they are in a module that needs no checks', async () => {
    const bytes = await assemble('(module (import "e" "f" (func $f)) (func (export "g") (call $f)))');
    const result = instrument(bytes);
    expect(result.added).toBeNull();
    expect([...result.bytes]).toEqual([...bytes]);
  });
});

describe('modules without checks', () => {
  const REFUSED: Readonly<Record<string, readonly [text: string, construct: RegExp]>> = {
    'a shared memory': [`(module (memory 1 1 shared) ${LOOP})`, /a shared memory/],
    'a memory of 64-bit addresses': [`(module (memory i64 1) ${LOOP})`, /64-bit addresses/],
    'a table of 64-bit indices': [`(module (table i64 1 funcref) ${LOOP})`, /64-bit indices/],
  };
  for (const [what, [text, construct]] of Object.entries(REFUSED)) {
    test(`${what} is refused by name`, async () => {
      const bytes = await assemble(text);
      expect(() => instrument(bytes)).toThrow(CannotInstrument);
      expect(() => instrument(bytes)).toThrow(construct);
      expect(() => instrument(bytes, { checks: false })).not.toThrow();
    });
  }

  test('an unknown opcode is refused with its number and offset', () => {
    const body = [0, 0xe0, 0, 0x0b];
    const bytes = Uint8Array.from([
      ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      ...section(1, vec([0x60, 0, 0])),
      ...section(3, vec([0])),
      ...section(10, vec([body.length, ...body])),
    ]);
    expect(() => instrument(bytes)).toThrow(
      expect.objectContaining({ construct: 'opcode 0xe0, which is not known here', offset: bytes.length - 3 }),
    );
  });

  test('a function that would be too long for V8 is refused, a shorter one not', () => {
    const bytes = (loops: number): Uint8Array => {
      const body = Uint8Array.from([0, ...new Array(loops).fill([0x03, 0x40, 0x0b]).flat(), 0x0b]);
      const size = (value: number): number[] => [
        (value & 0x7f) | 0x80,
        ((value >> 7) & 0x7f) | 0x80,
        ((value >> 14) & 0x7f) | 0x80,
        value >> 21,
      ];
      const head = [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...section(1, vec([0x60, 0, 0])), ...section(3, vec([0]))];
      const code = [10, ...size(body.length + 5), 1, ...size(body.length)];
      const module = new Uint8Array(head.length + code.length + body.length);
      module.set([...head, ...code]);
      module.set(body, head.length + code.length);
      return module;
    };
    expect(isValid(bytes(20_000))).toBe(true);
    expect(isValid(instrument(bytes(20_000)).bytes)).toBe(true);
    expect(() => instrument(bytes(400_000))).toThrow(/more than 7654321 bytes with its checks/);
  });
});
