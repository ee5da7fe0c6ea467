/**
 * A process that decodes, validates, compiles, instantiates and calls mutated binaries, and says what it is about to do
 * before it does it: its parent sees where it crashed or hung. `node victim.mjs FIRST_SEED COUNT`.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { valueArbitrary } from '../spec/abi/arbitrary.js';
import { ArgumentMismatch, Trap } from '../src/abi/errors.js';
import { BinaryError } from '../src/binary/errors.js';
import { CoreModuleRefused, compileComponent } from '../src/component/compile.js';
import { CoreTypeMismatch, compileCoreModule } from '../src/component/core-plan.js';
import { UnsupportedFeature } from '../src/component/decode/errors.js';
import { instantiate } from '../src/component/instance.js';
import { MissingImport } from '../src/component/link-types.js';
import type { ComponentPlan } from '../src/component/types.js';
import { ValidationError } from '../src/component/validate/errors.js';
import { HostError } from '../src/errors.js';
import type { Value } from '../src/values.js';
import { mutate, randomFrom } from './mutate.js';

const DIST = join('guests', 'dist');
/** What a refusal may look like. Anything else is a finding. */
const REFUSALS = [
  BinaryError,
  UnsupportedFeature,
  ValidationError,
  CoreModuleRefused,
  CoreTypeMismatch,
  MissingImport,
  HostError,
  Trap,
  ArgumentMismatch,
];

const names = (readdirSync(DIST, { recursive: true }) as string[]).filter((name) => name.endsWith('.wasm')).sort();
const sources = names.map((name) => new Uint8Array(readFileSync(join(DIST, name))));
const isCore = (bytes: Uint8Array): boolean => bytes[6] === 0;

function say(line: object): void {
  writeSync(1, `${JSON.stringify(line)}\n`);
}

function toolMutant(name: string, seed: number): Uint8Array | null {
  const tool = process.env.WASM_TOOLS;
  if (tool === undefined) return null;
  try {
    return new Uint8Array(
      execFileSync(tool, ['mutate', '--seed', String(seed), join(DIST, name)], { stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return null; // it found nothing to change
  }
}

function mutantOf(seed: number): { name: string; bytes: Uint8Array } {
  const random = randomFrom(seed ^ 0x5eed);
  const at = random(sources.length);
  const [name, source] = [names[at] as string, sources[at] as Uint8Array];
  const made = isCore(source) && random(4) === 0 ? toolMutant(name, seed) : null;
  return { name, bytes: made ?? mutate(source, seed, sources) };
}

function judge(seed: number, phase: string, thrown: unknown): string {
  if (REFUSALS.some((each) => thrown instanceof each)) return (thrown as Error).name;
  const text = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  say({ finding: { seed, phase, text: text.slice(0, 2000) } });
  return 'finding';
}

async function load(bytes: Uint8Array): Promise<ComponentPlan> {
  return isCore(bytes) ? compileCoreModule(bytes, null) : compileComponent(bytes);
}

/** @returns how far it came */
async function run(seed: number): Promise<string> {
  const { name, bytes } = mutantOf(seed);
  say({ seed, name, phase: 'load' });
  let plan: ComponentPlan;
  try {
    plan = await load(bytes);
  } catch (thrown) {
    return judge(seed, 'load', thrown);
  }
  say({ seed, name, phase: 'call' });
  for (const entry of plan.exports.filter((each) => each.path !== 'spin').slice(0, 12)) {
    let args: unknown[];
    try {
      args = fc.sample(fc.tuple(...entry.function.type.params.map((param) => valueArbitrary(param.type))), {
        seed,
        numRuns: 1,
      })[0] as unknown[];
    } catch {
      continue; // handles
    }
    try {
      const instance = instantiate(plan, {
        resolveImport: () => undefined,
        missingImport: (what, fn) => new HostError('PermissionDenied', `${what}#${fn}`),
      });
      instance.call(entry.index, args as Value[], seed % 2 === 0 ? 'js' : 'go');
    } catch (thrown) {
      judge(seed, `call ${entry.path}`, thrown);
    }
  }
  return 'ran';
}

const [first = 0, count = 1] = process.argv.slice(2).map(Number);
for (let seed = first; seed < first + count; seed++) {
  say({ outcome: await run(seed) });
  const { rss } = process.memoryUsage();
  if (rss > 2 ** 31) say({ finding: { seed, phase: 'memory', text: `${Math.round(rss / 2 ** 20)} MB resident` } });
}
