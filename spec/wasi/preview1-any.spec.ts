/** Whatever numbers a guest gives to preview 1, it is answered an error number, and nothing of the host breaks. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guestBytes } from '../host/guests.js';
import { type Arg, MEMORY_BYTES, withRig } from './preview1.js';

/** Parameters of each function, read from the guest that hands them on. */
const SIGNATURES: readonly (readonly [name: string, params: readonly ('i32' | 'i64')[]])[] = signatures();

function signatures() {
  const wat = readFileSync(join(import.meta.dirname, '../../guests/core/preview1.wat'), 'utf8');
  const found = [...wat.matchAll(/\(func \(export "(\w+)"\)(?: \(param ([^)]*)\))?/g)];
  return found.map(
    ([, name, params]) => [name!, (params ?? '').split(' ').filter(Boolean) as ('i32' | 'i64')[]] as const,
  );
}

const i32 = fc.oneof(
  fc.integer({ min: 0, max: 8 }),
  fc.constantFrom(500, 1000, 60_000, MEMORY_BYTES - 8, MEMORY_BYTES - 1, MEMORY_BYTES),
  fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
);
const i64 = fc.oneof(fc.bigInt({ min: 0n, max: 8n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));

const call = fc
  .constantFrom(...SIGNATURES.filter(([name]) => !name.startsWith('proc_')))
  .chain(([name, params]) =>
    fc.tuple(fc.constant(name), fc.tuple(...params.map((type): fc.Arbitrary<Arg> => (type === 'i32' ? i32 : i64)))),
  );

test('the signatures are those of all functions', () => {
  const exported = WebAssembly.Module.exports(
    new WebAssembly.Module(guestBytes('core/preview1') as Uint8Array<ArrayBuffer>),
  );
  expect(SIGNATURES.map(([name]) => name)).toEqual(
    exported.filter(({ kind }) => kind === 'function').map(({ name }) => name),
  );
});

test('any sequence of calls with any numbers is answered, and stays in its mount', () => {
  const property = fc.property(
    fc.array(call, { minLength: 1, maxLength: 30 }),
    fc.uint8Array({ maxLength: 600 }),
    (calls, bytes) => {
      withRig({ args: ['a'], input: ['input'] }, (rig) => {
        const above = dirname(rig.folders[0]!);
        writeFileSync(join(above, 'outside'), 'untouched');
        rig.open(3, 'a', { oflags: 1 });
        new Uint8Array(rig.view().buffer).set(bytes, 400);
        for (const [name, args] of calls) expect(rig.call(name, ...args)).toMatch(/^[a-z]+$|^\d+$/);
        expect(readdirSync(above).sort()).toEqual(['mount0', 'outside']);
        expect(readFileSync(join(above, 'outside'), 'utf8')).toBe('untouched');
      });
    },
  );
  fc.assert(property, { numRuns: 150 });
});
