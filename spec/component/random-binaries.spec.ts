/** Whatever the bytes, decoding and validation end with data or with an error of ours. */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BinaryError } from '../../src/binary/errors.js';
import { describeCoreModule, functionNames } from '../../src/component/core-module.js';
import { decodeComponent, isComponent } from '../../src/component/decode/component.js';
import { UnsupportedFeature } from '../../src/component/decode/errors.js';
import { validateComponent } from '../../src/component/validate/component.js';
import { ValidationError } from '../../src/component/validate/errors.js';

const RUNS = Number(process.env.MOONWIT_FUZZ_RUNS ?? 300);
const folder = new URL('../../guests/dist/', import.meta.url);
const components = readdirSync(folder)
  .filter((file) => file.endsWith('.wasm'))
  .map((file) => new Uint8Array(readFileSync(new URL(file, folder))))
  .filter((bytes) => isComponent(bytes) && bytes.length < 70_000);

/** What became of the bytes; anything but our own errors is thrown on. */
function outcome(bytes: Uint8Array): 'valid' | 'malformed' | 'unsupported' | 'invalid' {
  try {
    validateComponent(decodeComponent(bytes));
    return 'valid';
  } catch (thrown) {
    if (thrown instanceof BinaryError) return 'malformed';
    if (thrown instanceof UnsupportedFeature) return 'unsupported';
    if (thrown instanceof ValidationError) return 'invalid';
    throw thrown;
  }
}

type Edit =
  | { readonly kind: 'flip'; readonly at: number; readonly mask: number }
  | { readonly kind: 'cut'; readonly at: number; readonly length: number }
  | {
      readonly kind: 'splice';
      readonly from: number;
      readonly at: number;
      readonly to: number;
      readonly length: number;
    };

const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: place, mask: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: place, length: fc.integer({ min: 1, max: 64 }) }),
  fc.record({
    kind: fc.constant('splice' as const),
    from: fc.nat(99),
    at: place,
    to: place,
    length: fc.integer({ min: 1, max: 64 }),
  }),
);

function apply(bytes: Uint8Array, change: Edit): Uint8Array {
  const at = Math.floor(change.at * bytes.length);
  if (change.kind === 'flip') {
    const flipped = bytes.slice();
    flipped[at] = flipped[at]! ^ change.mask;
    return flipped;
  }
  if (change.kind === 'cut') return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + change.length)]);
  const source = components[change.from % components.length]!;
  const from = Math.floor(change.to * source.length);
  const piece = source.subarray(from, from + change.length);
  return Uint8Array.from([...bytes.subarray(0, at), ...piece, ...bytes.subarray(at)]);
}

describe('decodeComponent() and validateComponent()', () => {
  test('the components of the guests are valid', () => {
    expect(components.length).toBeGreaterThan(0);
    for (const bytes of components) expect(outcome(bytes)).toBe('valid');
  });

  test('random bytes after the preamble never crash', () => {
    const preamble = [0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (tail) => {
        expect(outcome(Uint8Array.from([...preamble, ...tail]))).toBeTypeOf('string');
      }),
      { numRuns: RUNS * 10 },
    );
  });

  test('random sections never crash', () => {
    const section = fc.tuple(fc.integer({ min: 0, max: 12 }), fc.uint8Array({ maxLength: 100 }));
    fc.assert(
      fc.property(fc.array(section, { maxLength: 10 }), (sections) => {
        const body = sections.flatMap(([id, bytes]) => [id, bytes.length, ...bytes]);
        expect(outcome(Uint8Array.from([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, ...body]))).toBeTypeOf('string');
      }),
      { numRuns: RUNS * 10 },
    );
  });

  test('edited components never crash', () => {
    fc.assert(
      fc.property(fc.nat(99), fc.array(edit, { minLength: 1, maxLength: 3 }), (which, edits) => {
        const bytes = edits.reduce(apply, components[which % components.length]!);
        expect(outcome(bytes)).toBeTypeOf('string');
      }),
      { numRuns: RUNS },
    );
  });
});

describe('describeCoreModule() and functionNames()', () => {
  test('edited core modules give a descriptor or a BinaryError', () => {
    const modules = components.flatMap((bytes) =>
      decodeComponent(bytes).definitions.flatMap((each) => (each.kind === 'core module' ? [each.bytes] : [])),
    );
    fc.assert(
      fc.property(fc.nat(99), fc.array(edit, { minLength: 1, maxLength: 3 }), (which, edits) => {
        const bytes = edits.reduce(apply, modules[which % modules.length]!);
        functionNames(bytes);
        try {
          describeCoreModule(bytes);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(BinaryError);
        }
      }),
      { numRuns: RUNS },
    );
  });
});
