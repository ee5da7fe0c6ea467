/** Values that nearly fit: generated code, interpreter and explanation agree on which are refused. */
import { inspect, isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { nearValueArbitrary, typeArbitrary } from '../spec/abi/arbitrary.js';
import { type Backend, lowerArgument } from '../spec/abi/rig.js';
import { explainValue } from '../src/abi/explain.js';

const cases = typeArbitrary(3).chain((type) =>
  fc.record({
    type: fc.constant(type),
    value: nearValueArbitrary(type),
    encoding: fc.constantFrom('utf8' as const, 'utf16' as const, 'latin1+utf16' as const),
  }),
);

/** @returns what they do not agree on */
export function compareRefusals(
  backends: readonly (readonly [string, Backend])[],
  seed: number,
  count: number,
): string[] {
  const found: string[] = [];
  for (const { type, value, encoding } of fc.sample(cases, { seed, numRuns: count })) {
    const ends = backends.map(
      ([, backend]) => lowerArgument(backend, type, value, { encoding, target: 'js' }).seen.ends,
    );
    const isExplained = explainValue(type, value) !== null;
    const isRefused = Object.hasOwn(ends[0] as object, 'mismatch');
    if (isExplained === isRefused && ends.every((each) => isDeepStrictEqual(each, ends[0]))) continue;
    found.push(
      `${JSON.stringify(type)} ${encoding}\n${inspect(value, { depth: 20 })}\nends in ${inspect(ends)}, explained: ${isExplained}`,
    );
  }
  return found;
}
