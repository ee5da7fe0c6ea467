// Broken binaries are refused by name, whatever is broken: random edits of every committed guest. `npm run fuzz` does more.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mutate } from '../../fuzz/mutate.js';
import { BinaryError } from '../../src/binary/errors.js';
import { CoreModuleRefused, compileComponent } from '../../src/component/compile.js';
import { CoreTypeMismatch, compileCoreModule } from '../../src/component/core-plan.js';
import { UnsupportedFeature } from '../../src/component/decode/errors.js';
import { MissingImport } from '../../src/component/link-types.js';
import { ValidationError } from '../../src/component/validate/errors.js';
import { HostError } from '../../src/errors.js';
import { DIST } from './guests.js';

const REFUSALS = [
  BinaryError,
  UnsupportedFeature,
  ValidationError,
  CoreModuleRefused,
  CoreTypeMismatch,
  MissingImport,
  HostError,
];
const folder = fileURLToPath(DIST);
const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith('.wasm')).sort();
const sources = names.map((name) => new Uint8Array(readFileSync(folder + name)));

describe('a mutated binary gives a plan or a typed refusal', () => {
  const base = Date.now() % 1_000_000;
  test.each(names.map((name, i) => [name, base + i * 1000] as const))('%s, seeds from %i', async (name, first) => {
    const source = sources[names.indexOf(name)] as Uint8Array;
    for (let seed = first; seed < first + 15; seed++) {
      const bytes = mutate(source, seed, sources);
      try {
        await (bytes[6] === 0 ? compileCoreModule(bytes, null) : compileComponent(bytes));
      } catch (thrown) {
        const known = REFUSALS.some((each) => thrown instanceof each);
        expect(known, `seed ${seed}: ${thrown instanceof Error ? thrown.stack : String(thrown)}`).toBe(true);
      }
    }
  });
});
