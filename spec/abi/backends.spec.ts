// Generated code and the interpreter are one engine: the same core values, bytes, allocations, results and refusals.
import { execFileSync } from 'node:child_process';
import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateLift, generateLower } from '../../src/abi/codegen.js';
import { explainValue } from '../../src/abi/explain.js';
import type { GenOptions } from '../../src/abi/gen-context.js';
import { referenceLift, referenceLower } from '../../src/abi/reference.js';
import type { ValType } from '../../src/wit/types.js';
import { bundle } from '../bundle.js';
import { nearValueArbitrary, typeArbitrary, valueArbitrary } from './arbitrary.js';
import { type Backend, type Core, liftArgument, liftResult, lowerArgument, lowerResult } from './rig.js';

const generated: Backend = { lift: generateLift, lower: generateLower };
const reference: Backend = { lift: referenceLift, lower: referenceLower };

const options: fc.Arbitrary<GenOptions> = fc.record({
  encoding: fc.constantFrom('utf8', 'utf16', 'latin1+utf16'),
  target: fc.constantFrom('js', 'go'),
});
const withValue = (value: (type: ValType) => fc.Arbitrary<unknown>) =>
  typeArbitrary(3).chain((type) => fc.tuple(fc.constant(type), value(type), options));

/** Deep equality that lets a field be called `constructor`. */
function same(a: unknown, b: unknown): void {
  if (!isDeepStrictEqual(a, b)) expect.fail(`${inspect(a, { depth: 20 })}\nis not\n${inspect(b, { depth: 20 })}`);
}

describe('generated code does what the interpreter does', () => {
  test('when it lowers and lifts values that fit', () => {
    fc.assert(
      fc.property(withValue(valueArbitrary), ([type, value, how]) => {
        const a = lowerArgument(generated, type, value, how);
        const b = lowerArgument(reference, type, value, how);
        expect(a.seen).toEqual(b.seen);
        expect(a.seen.ends).toEqual({ value: undefined });
        const lifted = liftArgument(generated, type, a.rig, a.flat, how) as { got: unknown };
        same(lifted, liftArgument(reference, type, b.rig, b.flat, how));

        const results = [lowerResult(generated, type, value, how), lowerResult(reference, type, value, how)] as const;
        expect(results[0].seen).toEqual(results[1].seen);
        if (results[0].ptr !== 0) {
          const back = liftResult(generated, type, results[0].rig, results[0].ptr, how);
          same(back, liftResult(reference, type, results[1].rig, results[1].ptr, how));
          same(back, { value: lifted.got });
        }
        // What was lifted is a value of the type again, and lowering it writes the same bytes.
        const again = lowerArgument(generated, type, lifted.got, how);
        expect({ ...again.seen }).toEqual({ ...a.seen });
      }),
      { numRuns: 700 },
    );
  });

  test('when values go from one guest to another, through every pair of encodings', () => {
    const encoding = fc.constantFrom('utf8', 'utf16', 'latin1+utf16');
    const both = fc.tuple(encoding, encoding) as fc.Arbitrary<[GenOptions['encoding'], GenOptions['encoding']]>;
    fc.assert(
      fc.property(withValue(valueArbitrary), both, ([type, value], [from, to]) => {
        const [a, b] = [generated, reference].map((each) => {
          const source = lowerArgument(each, type, value, { encoding: from, target: 'js' });
          const read = (target: 'js' | 'rep') =>
            (liftArgument(each, type, source.rig, source.flat, { encoding: from, target }) as { got: unknown }).got;
          const there = lowerArgument(each, type, read('rep'), { encoding: to, target: 'rep' });
          expect(there.seen.ends).toEqual({ value: undefined });
          const arrived = liftArgument(each, type, there.rig, there.flat, { encoding: to, target: 'js' }) as {
            got: unknown;
          };
          same(arrived.got, read('js'));
          return there.seen;
        });
        expect(a).toEqual(b);
      }),
      { numRuns: 400 },
    );
  });

  test('when it refuses values that do not fit, and explains each refusal', () => {
    fc.assert(
      fc.property(withValue(nearValueArbitrary), ([type, value, how]) => {
        const a = lowerArgument(generated, type, value, how).seen;
        expect(a.ends).toEqual(lowerArgument(reference, type, value, how).seen.ends);
        expect(explainValue(type, value) === null).toBe(!Object.hasOwn(a.ends as object, 'mismatch'));
      }),
      { numRuns: 1500 },
    );
  });

  test('when it lifts memory that is not a value: the same trap with the same facts', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ minLength: 64, maxLength: 256 }),
      fc.array(fc.constantFrom(0, 1, 2, 255), { minLength: 64, maxLength: 200 }).map((each) => new Uint8Array(each)),
    );
    fc.assert(
      fc.property(
        typeArbitrary(3),
        bytes,
        options,
        fc.array(fc.integer(), { minLength: 16, maxLength: 16 }),
        (type, junk, how, words) => {
          const a = lowerArgument(generated, { kind: 'u8' }, 0, how);
          new Uint8Array(a.rig.memory.buffer).set(junk, 64);
          const spilled: ValType = { kind: 'tuple', types: [type, { kind: 'u8' }] };
          const [x, y] = [generated, reference].map((each) => [
            liftResult(each, spilled, a.rig, 64 + ((words[0] as number) & 8), how),
            isFlatInteger(type) ? liftResult(each, type, a.rig, words[0] as Core, how) : null,
          ]);
          same(x, y);
        },
      ),
      { numRuns: 1500 },
    );
  });
});

/** Types whose result is one i32, so that any word can be answered for them. */
function isFlatInteger(type: ValType): boolean {
  return ['bool', 'u8', 's8', 'u16', 's16', 'u32', 's32', 'char', 'enum', 'flags'].includes(type.kind);
}

describe('where code may not be generated', () => {
  test('the interpreter serves, with the same answers', () => {
    const program = bundle(new URL('no-codegen.ts', import.meta.url));
    const run = (...flags: string[]) =>
      JSON.parse(execFileSync(process.execPath, [...flags, program], { encoding: 'utf8' })) as { generated: boolean };
    const [free, bound] = [run(), run('--disallow-code-generation-from-strings')];
    expect([free.generated, bound.generated]).toEqual([true, false]);
    expect({ ...bound, generated: true }).toEqual(free);
  });
});
