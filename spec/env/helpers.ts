/** Environments for tests, from the entries of a YAML text. */
import dotenv from 'dotenv';
import { makeEnvironment } from '../../src/env/environment.js';
import { memoryIn } from '../../src/env/storage.js';
import type { Environment } from '../../src/env/types.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import type { Registry } from '../../src/registry/types.js';
import { entries, expectRegistry } from '../registry/helpers.js';

export async function registryOf(list: string, base = '.'): Promise<Registry> {
  const sources = [{ file: 'env.yaml', text: entries(list) }];
  return expectRegistry(await loadRegistry({ sources, base, files: nodeFiles() }));
}

export function environmentIn(registry: Registry, processEnv: Record<string, string | undefined> = {}): Environment {
  return makeEnvironment(registry, { processEnv, dotenv: () => dotenv, memory: memoryIn(new Map()) });
}

export async function environmentOf(
  list: string,
  options: { readonly base?: string; readonly processEnv?: Record<string, string | undefined> } = {},
): Promise<Environment> {
  const { base, processEnv = {} } = options;
  return environmentIn(await registryOf(list, base), processEnv);
}
