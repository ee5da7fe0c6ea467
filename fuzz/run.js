// Bundles the fuzzer with the sources it tests and runs it:
//   npm run fuzz -- [--seconds 60] [--seed N] [--only definitions,refusals,jco,mutants] [--once] [--definitions PATH] [--record FILE]
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, '.cache', 'fuzz');
await build({
  absWorkingDir: root,
  entryPoints: ['fuzz/main.ts', 'fuzz/victim.ts'],
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
const { status } = spawnSync(
  process.execPath,
  ['--enable-source-maps', join(outdir, 'main.mjs'), ...process.argv.slice(2)],
  { stdio: 'inherit', cwd: root },
);
process.exit(status ?? 1);
