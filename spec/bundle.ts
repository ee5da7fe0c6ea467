/** Programs that specs run in processes of their own, with flags of Node's that this one does not have. */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** Bundles a program. @returns the bundle's path */
export function bundle(program: URL): string {
  const script = fileURLToPath(program);
  const outfile = fileURLToPath(new URL(`../.cache/${basename(script, '.ts')}.mjs`, import.meta.url));
  buildSync({ entryPoints: [script], outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
  return outfile;
}
