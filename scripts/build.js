// Builds dist/: two entry points that share chunks, so that each room loads only when it is needed, and their types.
//
// What every start needs is bundled (fengari alone is 40 files): that takes 40 ms off each run. Their licences go along.
// What few runs need stays outside and is loaded when it is met.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const BUNDLED = ['commander', 'fengari', 'yaml'];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, 'dist');
const withTypes = !process.argv.includes('--no-types');
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

removeOld();
await build({
  absWorkingDir: root,
  entryPoints: { index: 'src/index.ts', cli: 'src/cli.ts', 'call-thread': 'src/call-thread.ts' },
  outdir: out,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: Object.keys({ ...dependencies, ...peerDependencies }).filter((name) => !BUNDLED.includes(name)),
  // The tree of ES modules that yaml publishes for bundlers; its Node build cannot be split.
  alias: { yaml: join(root, 'node_modules', 'yaml', 'browser', 'index.js') },
  // Fengari says that it has no side effects, but its files must be loaded in its own order: see src/lua/internals.ts.
  ignoreAnnotations: true,
  // Names that are kept are set on every function each time that it is made: a fifth of what an instance costs.
  keepNames: false,
  // Every thread holds the source of what it runs: without white space that is half a megabyte less.
  minifyWhitespace: true,
  minifySyntax: true,
  // CommonJS that is bundled asks for Node's own modules by `require`.
  banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  sourcemap: true,
  logLevel: 'warning',
});
chmodSync(join(out, 'cli.js'), 0o755);
writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), licences());
if (withTypes) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
  nameWebAssembly(join(out, 'types'));
}

/** Declarations that are only in the sources come along, for programs that check the types without having the DOM's. */
function nameWebAssembly(types) {
  const name = 'webassembly-names.d.ts';
  copyFileSync(join(root, 'src', name), join(types, name));
  const index = join(types, 'index.d.ts');
  writeFileSync(index, `/// <reference path="./${name}" />\n${readFileSync(index, 'utf8')}`);
}

/** Chunks are named by their content: those of earlier builds would pile up. Types stay where they are not made anew. */
function removeOld() {
  if (withTypes) rmSync(out, { recursive: true, force: true });
  else if (existsSync(out)) {
    for (const name of readdirSync(out)) if (/\.js(\.map)?$/.test(name)) rmSync(join(out, name));
  }
}

/** The licences of what is bundled, as they ask for. */
function licences() {
  const texts = BUNDLED.map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return `${name} ${version}\n\n${readFileSync(join(folder, 'LICENSE'), 'utf8')}`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
