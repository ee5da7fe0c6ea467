/** Memory maxima are written into modules, and hold. */
import { describe, expect, test } from 'vitest';
import { describeCoreModule } from '../../src/component/core-module.js';
import { MemoryOverLimit } from '../../src/instrument/errors.js';
import { instrument } from '../../src/instrument/instrument.js';
import { assemble, compile, guarded, isValid, NO_LIMIT } from './support.js';

const PAGE = 65_536;

/** Minima and maxima of the exported and imported memories of a rewritten module. */
async function limits(text: string, maxMemoryBytes: number): Promise<unknown[]> {
  const { imports, exports } = describeCoreModule(instrument(await assemble(text), { maxMemoryBytes }).bytes);
  const types = [...imports, ...exports].map((each) => each.type);
  return types.flatMap((type) => (type.kind === 'memory' ? [[type.limits.min, type.limits.max]] : []));
}

describe('maxMemoryBytes', () => {
  const cases: readonly (readonly [memory: string, pages: number, becomes: readonly unknown[]])[] = [
    ['(memory (export "m") 1)', 4, [1, 4]],
    ['(memory (export "m") 1 10)', 4, [1, 4]],
    ['(memory (export "m") 1 4)', 4, [1, 4]],
    ['(memory (export "m") 1 3)', 4, [1, 3]],
    ['(memory (export "m") 4)', 4, [4, 4]],
    ['(memory (export "m") 0)', 0, [0, 0]],
    ['(memory (export "m") 1)', 70_000, [1, 65_536]],
    ['(import "e" "m" (memory 1))', 4, [1, 4]],
    ['(import "e" "m" (memory 1 2))', 4, [1, 2]],
    ['(memory (export "m") 1 10 shared)', 4, [1, 4]],
    ['(memory (export "m") i64 1)', 4, [1n, 4n]],
  ];
  for (const [memory, pages, becomes] of cases) {
    test(`of ${pages} pages makes ${memory} a memory of ${becomes.join(' to ')}`, async () => {
      const bytes = await assemble(`(module ${memory})`);
      const rewritten = instrument(bytes, { maxMemoryBytes: pages * PAGE, checks: false }).bytes;
      const { imports, exports } = describeCoreModule(rewritten);
      const type = [...imports, ...exports].map((each) => each.type).find((each) => each.kind === 'memory');
      if (type?.kind !== 'memory') throw new Error('the memory is gone');
      expect([type.limits.min, type.limits.max]).toEqual(becomes);
      if (isValid(bytes)) expect(isValid(rewritten)).toBe(true);
    });
  }

  test('counts whole pages: a byte less than 4 pages is 3', async () => {
    expect(await limits('(module (memory (export "m") 1))', 4 * PAGE - 1)).toEqual([[1, 3]]);
  });

  test('is shared by the memories of a module', async () => {
    const text = '(module (memory (export "a") 1) (memory (export "b") 3) (memory (export "c") 0 1))';
    expect(await limits(text, 10 * PAGE)).toEqual([
      [1, 3],
      [3, 5],
      [0, 1],
    ]);
  });

  test('lets memory.grow reach the limit and no further', async () => {
    const text = `(module (memory 1) (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`;
    const { exports } = guarded(await assemble(text), NO_LIMIT, {}, { maxMemoryBytes: 4 * PAGE });
    expect(exports.grow?.(3)).toBe(1);
    expect(exports.grow?.(1)).toBe(-1);
  });

  test('refuses a module whose minimum is a page above it', async () => {
    const bytes = await assemble('(module (memory 5))');
    expect(() => instrument(bytes, { maxMemoryBytes: 5 * PAGE })).not.toThrow();
    expect(() => instrument(bytes, { maxMemoryBytes: 4 * PAGE })).toThrow(
      new MemoryOverLimit(0, BigInt(5 * PAGE), 4 * PAGE),
    );
  });

  test('refuses memories whose minima are above it together, and names where', async () => {
    const bytes = await assemble('(module (memory 3) (memory 2))');
    expect(() => instrument(bytes, { maxMemoryBytes: 4 * PAGE })).toThrow(
      expect.objectContaining({ memory: 1, minBytes: BigInt(5 * PAGE), maxBytes: 4 * PAGE }),
    );
  });

  test('leaves data, code and names as they are when no checks are asked for', async () => {
    const text = '(module (memory (export "m") 1) (data (i32.const 8) "hello") (func $named (export "f") (loop)))';
    const bytes = await assemble(text);
    const { bytes: rewritten, added } = instrument(bytes, { maxMemoryBytes: 2 * PAGE, checks: false });
    expect(added).toBeNull();
    const memory = new WebAssembly.Instance(compile(rewritten)).exports.m as WebAssembly.Memory;
    expect(Buffer.from(memory.buffer, 8, 5).toString()).toBe('hello');
    expect(rewritten.length).toBe(bytes.length + 1);
  });

  test('links an importer to a memory that was held to the same limit', async () => {
    const owner = instrument(await assemble('(module (memory (export "m") 1))'), { maxMemoryBytes: 4 * PAGE });
    const user = instrument(await assemble('(module (import "e" "m" (memory 1)))'), { maxMemoryBytes: 4 * PAGE });
    const { m } = new WebAssembly.Instance(compile(owner.bytes)).exports;
    expect(() => new WebAssembly.Instance(compile(user.bytes), { e: { m } })).not.toThrow();
  });
});
