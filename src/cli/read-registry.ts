/** A registry's entries without the machinery that runs them, for commands that only look. */
import { dirname, resolve } from 'node:path';
import { registryError } from '../registry/format.js';
import { ANY_INTERFACE } from '../registry/kinds/imports.js';
import { loadRegistry } from '../registry/load.js';
import { nodeFiles } from '../registry/node-files.js';
import type { Registry } from '../registry/types.js';
import type { CliIo } from './io.js';

/** @throws HostError Invalid: the registry has problems (code is not compiled here) */
export async function readRegistry(folder: string, io: CliIo): Promise<Registry> {
  const root = resolve(io.cwd, folder);
  const projectRoot = dirname(root);
  const loaded = await loadRegistry({ root: folder, files: nodeFiles(), projectRoot, hostImports: [ANY_INTERFACE] });
  if (!loaded.ok) throw registryError(loaded);
  return loaded.registry;
}
