// Bundles a TypeScript program of this repository with the sources that it uses, and runs it.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * Ends this process with the program's exit code. Its arguments are this process's.
 *
 * @param {string} folder of the program: `main.ts` in it is run, from `.cache/<folder>`
 * @param {{ beside?: readonly string[], flags?: readonly string[], inRoot?: boolean }} [options] `beside`: programs that it
 * starts itself, by file; `flags` for Node; `inRoot`: run in the repository's root instead of the working directory
 */
export async function runBundled(folder, { beside = [], flags = [], inRoot = false } = {}) {
  const outdir = join(root, '.cache', folder);
  await build({
    absWorkingDir: root,
    entryPoints: ['main.ts', ...beside].map((file) => `${folder}/${file}`),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  const args = ['--enable-source-maps', ...flags, join(outdir, 'main.mjs'), ...process.argv.slice(2)];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', ...(inRoot ? { cwd: root } : {}) });
  process.exit(status ?? 1);
}
