/** Calls the functions of `registry/` as Lua does: by real parts, with answers in the middle form, so that 7 is not 7.0. */

import { join } from 'node:path';
import { createEngine } from '../../src/engine/compile.js';
import { createFunctionTable } from '../../src/functions/table.js';
import type { FunctionCaller } from '../../src/functions/types.js';
import { wasmFunction, wasmInstances } from '../../src/functions/wasm.js';
import { systemClock } from '../../src/pool/clock.js';
import { poolPolicy } from '../../src/pool/policy.js';
import { createPool } from '../../src/pool/pool.js';
import { registryError } from '../../src/registry/format.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import { nodeText } from '../../src/text-node.js';
import { transportNamed } from '../../src/transport/transports.js';

export const REGISTRY = join(import.meta.dirname, 'registry');

export async function valuesCaller(): Promise<FunctionCaller> {
  const engine = createEngine({ hostImports: {}, text: nodeText(), watCache: null });
  const loaded = await loadRegistry({
    root: REGISTRY,
    files: nodeFiles(),
    check: async (entry, bytes) => {
      if (entry.kind !== 'function.wasm') throw new Error(`${entry.id}: these specs have binaries only`);
      const result = await engine.compile(entry, bytes);
      return result.ok ? [] : result.problems;
    },
  });
  if (!loaded.ok) throw registryError(loaded);
  const means = { clock: systemClock, transport: transportNamed('payload')! };
  const entries = [...loaded.registry.functions()];
  return createFunctionTable({
    functions: entries.map(({ id }) => {
      const compiled = engine.compiled(id)!;
      const policy = poolPolicy(compiled.entry.fields.pool, 2);
      return wasmFunction(compiled, { ...means, pool: createPool(policy, wasmInstances(compiled), systemClock) });
    }),
    clock: systemClock,
    random: Math.random,
  });
}
