/**
 * Random testing of the engine: lift and lower against definitions.py, refusals against their explanations, calls against jco, mutated binaries against crashes
 * and hangs. Every finding is printed with the seed that makes it again. Options: see run.js.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import type { Backend } from '../spec/abi/rig.js';
import { generateLift, generateLower } from '../src/abi/codegen.js';
import { referenceLift, referenceLower } from '../src/abi/reference.js';
import { ask, askDefinitions, caseArbitrary, difference } from './definitions.js';
import { compareEngines, makePairs, type Pair } from './engines.js';
import { runMutants } from './mutants.js';
import { compareRefusals } from './refusals.js';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string' },
    only: { type: 'string', default: 'definitions,refusals,jco,mutants' },
    once: { type: 'boolean', default: false },
    definitions: { type: 'string' },
    record: { type: 'string' },
  },
});

const VICTIM = join(dirname(fileURLToPath(import.meta.url)), 'victim.mjs');
const ORACLE = join('fuzz', 'oracle.py');
const BACKENDS: readonly (readonly [string, Backend])[] = [
  ['generated', { lift: generateLift, lower: generateLower }],
  ['reference', { lift: referenceLift, lower: referenceLower }],
];

const seed = options.seed === undefined ? Date.now() % 2 ** 31 : Number(options.seed);
const definitions = options.definitions ?? process.env.DEFINITIONS_PY ?? '';
let findings = 0;
const PROGRESS_MS = 10_000;

function report(part: string, batchSeed: number, text: string): void {
  findings += 1;
  console.log(
    `\nFINDING ${findings}: again with  npm run fuzz -- --only ${part} --seed ${batchSeed} --once\n${text}\n`,
  );
}

/** What stands in the way of asking definitions.py, or null. */
function whyNoDefinitions(): string | null {
  if (definitions === '')
    return 'no path: give --definitions PATH or DEFINITIONS_PY (WebAssembly/component-model, design/mvp/canonical-abi/definitions.py)';
  if (!existsSync(definitions)) return `${definitions} does not exist`;
  return spawnSync('python3', ['--version']).status === 0 ? null : 'python3 does not run';
}

function fuzzDefinitions(batchSeed: number, count: number): number {
  const cases = fc.sample(caseArbitrary, { seed: batchSeed, numRuns: count });
  const answers = askDefinitions(
    'python3',
    ORACLE,
    definitions,
    cases.map(({ each }) => each),
  );
  cases.forEach(({ each, value }, i) => {
    const expected = answers[i];
    for (const [name, backend] of BACKENDS) {
      let found: string | null;
      try {
        found =
          expected === undefined
            ? 'definitions.py gave no answer'
            : difference(expected, ask(backend, each, i % 2 === 0 ? 'js' : 'go', value));
      } catch (thrown) {
        found = String(thrown instanceof Error ? thrown.stack : thrown);
      }
      if (found !== null) report('definitions', batchSeed, `${name}: ${JSON.stringify(each)}\n${found}`);
    }
  });
  return cases.length;
}

/** Fixtures for the test suite: the same for the same seed, small cases first dropped where they say little. */
function record(file: string): void {
  const cases = fc.sample(caseArbitrary, { seed, numRuns: 1500 }).map(({ each }) => each);
  const small = cases.filter((each) => JSON.stringify(each).length < 700);
  const answers = askDefinitions('python3', ORACLE, definitions, small);
  const rows = small
    .map((each, i) => JSON.stringify({ ...each, answer: answers[i] }))
    .filter((row) => row.length < 1500);
  let size = 0;
  const kept = rows.filter((row) => {
    size += row.length + 2;
    return size < 280_000;
  });
  writeFileSync(file, `[\n${kept.join(',\n')}\n]\n`);
  console.log(`${kept.length} cases in ${file}`);
}

async function main(): Promise<void> {
  const problem = whyNoDefinitions();
  if (options.record !== undefined) {
    if (problem !== null) throw new Error(problem);
    record(options.record);
    return;
  }
  const parts = new Set(options.only.split(','));
  if (parts.has('definitions') && problem !== null) {
    console.log(`SKIPPED: definitions.py is not compared with. ${problem}`);
    parts.delete('definitions');
  }
  const pairs: Pair[] = parts.has('jco') ? await makePairs() : [];
  console.log(`seed ${seed}, ${options.seconds} seconds: ${[...parts].join(', ')}`);
  const end = Date.now() + Number(options.seconds) * 1000;
  const counts = { definitions: 0, refusals: 0, jco: 0, mutants: 0 };
  const outcomes: Record<string, number> = {};
  let shown = Date.now();
  for (let round = 0; Date.now() < end && (round === 0 || !options.once); round++) {
    const batchSeed = (seed + round * 1_000_003) % 2 ** 31;
    if (parts.has('definitions')) counts.definitions += fuzzDefinitions(batchSeed, 500);
    if (parts.has('refusals')) {
      counts.refusals += 2000;
      for (const each of compareRefusals(BACKENDS, batchSeed, 2000)) report('refusals', batchSeed, each);
    }
    if (parts.has('jco')) {
      const { differences, calls } = compareEngines(pairs, batchSeed, 5);
      counts.jco += calls;
      for (const each of differences) report('jco', batchSeed, each);
    }
    if (parts.has('mutants')) {
      const batch = await runMutants(VICTIM, batchSeed, 300);
      counts.mutants += batch.begun;
      for (const [name, each] of Object.entries(batch.outcomes)) outcomes[name] = (outcomes[name] ?? 0) + each;
      for (const each of batch.findings)
        report('mutants', batchSeed, JSON.stringify(each, null, 1).replaceAll('\\n', '\n'));
    }
    if (Date.now() - shown > PROGRESS_MS) {
      shown = Date.now();
      console.log(`round ${round + 1}: ${JSON.stringify(counts)}, ${findings} findings`);
    }
  }
  console.log(
    `seed ${seed}: ${JSON.stringify(counts)}; mutants ended in ${JSON.stringify(outcomes)}; ${findings} findings`,
  );
  process.exitCode = findings === 0 ? 0 : 1;
}

await main();
