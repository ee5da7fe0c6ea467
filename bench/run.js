// Bundles the benchmark with the sources it measures and runs it: `npm run bench [-- --only PATTERN] [-- --json FILE]`.
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const outdir = join(root, '.cache', 'bench');
await build({
  absWorkingDir: root,
  entryPoints: ['bench/main.ts', 'bench/plan-cold.ts'],
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
const flags = ['--enable-source-maps', '--expose-gc'];
const { status } = spawnSync(process.execPath, [...flags, join(outdir, 'main.mjs'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  cwd: root,
});
process.exit(status ?? 1);
