/** The documents of a registry as files that commands write to. */
import { randomBytes } from 'node:crypto';
import { chmod, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { namespaceOf } from '../registry/add-entry.js';
import type { Registry } from '../registry/types.js';

export interface TargetDocument {
  readonly path: string;
  readonly namespace: string;
  /** Null for one that is yet to be written. */
  readonly text: string | null;
}

/** Those that an entry can be added to, in the order of their names. */
export async function documentsOf(registry: Registry): Promise<readonly TargetDocument[]> {
  const found: TargetDocument[] = [];
  for (const path of registry.sources.keys()) {
    if (!/\.(ya?ml|json)$/i.test(path)) continue;
    // Not what the registry holds: there, values of environments have stars in their place.
    const text = await readFile(path, 'utf8');
    const namespace = await namespaceOf(text, path);
    if (namespace !== null) found.push({ path, namespace, text });
  }
  return found;
}

export function notationOf(path: string): 'yaml' | 'json' {
  return /\.json$/i.test(path) ? 'json' : 'yaml';
}

/** At once: whoever reads it meanwhile sees the old text or the new one. A link to it stays one. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const target = await realpath(path);
  const fresh = join(dirname(target), `.moonwit-${randomBytes(6).toString('hex')}`);
  try {
    await writeFile(fresh, text, { flag: 'wx' });
    await chmod(fresh, (await stat(target)).mode & 0o777);
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { force: true });
    throw error;
  }
}
