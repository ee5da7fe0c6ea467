/** The same calls through jco and through our engine. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { valueArbitrary } from '../spec/abi/arbitrary.js';
import { callJco, type JcoInstance, jcoGuest, withoutBom } from '../spec/oracle/jco.js';
import { compileComponent } from '../src/component/compile.js';
import { instantiate } from '../src/component/instance.js';
import type { ComponentPlan, Instance } from '../src/component/types.js';
import type { Value } from '../src/values.js';
import { canonical, fromCanonical } from './canonical.js';

const GUESTS = ['mapper', 'compute', 'greet', 'echo', 'echo-utf16', 'compose'] as const;

export interface Pair {
  readonly name: string;
  readonly plan: ComponentPlan;
  readonly ours: Instance;
  readonly theirs: JcoInstance;
}

export async function makePairs(): Promise<Pair[]> {
  return Promise.all(
    GUESTS.map(async (name) => {
      const bytes = readFileSync(`guests/dist/${name}.wasm`);
      const plan = await compileComponent(bytes, { name });
      const options = { resolveImport: () => undefined, missingImport: (what: string) => new Error(what) };
      return { name, plan, ours: instantiate(plan, options), theirs: await (await jcoGuest(name, bytes))() };
    }),
  );
}

/** Calls every export `runs` times. @returns differences, and how many calls were made */
export function compareEngines(
  pairs: readonly Pair[],
  seed: number,
  runs: number,
): { differences: string[]; calls: number } {
  const differences: string[] = [];
  let calls = 0;
  for (const { name, plan, ours, theirs } of pairs) {
    for (const { index, path, function: fn } of plan.exports) {
      const types = fn.type.params.map((param) => param.type);
      const { result } = fn.type;
      for (const values of fc.sample(fc.tuple(...types.map(valueArbitrary)), { seed, numRuns: runs })) {
        calls += 1;
        const args = types.map((type, i) => withoutBom(canonical(type, values[i])));
        const expected = callJco(theirs, path, types, result, args);
        const given = types.map((type, i) => fromCanonical(type, args[i] ?? null) as Value);
        const value = ours.call(index, given, 'js');
        const got = result === null ? null : canonical(result, value);
        if (JSON.stringify(got) === JSON.stringify(expected)) continue;
        differences.push(
          `${name} ${path}(${JSON.stringify(args)})\n  jco  ${JSON.stringify(expected)}\n  ours ${JSON.stringify(got)}`,
        );
      }
    }
  }
  return { differences, calls };
}
