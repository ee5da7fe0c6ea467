// Builds dist/: two entry points that share chunks, so that each room loads only when it is needed, and their types.
//
// What every start needs is bundled (fengari alone is 40 files): that takes 40 ms off each run. Their licences go along.
// What few runs need stays outside and is loaded when it is met.
//
// Others may run dist/ meanwhile: it is built beside and moved in file by file, chunks before the entry points that name them, and
// the chunks of the build before stay until the next one (`--clean`: they go at once).
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const BUNDLED = ['commander', 'content-disposition', 'fengari', 'yaml'];
/** Libraries of Fengari that no script is given: ours stand in their place. They draw in three packages and `child_process`. */
const NOT_GIVEN = /fengari\/src\/(?:lcorolib|ldblib|liolib|linit|loadlib|loslib|lstrlib|ltablib)\.js$/;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, 'dist');
const out = mkdtempSync(`${dist}.new-`);
process.on('exit', () => rmSync(out, { recursive: true, force: true }));
const withTypes = !process.argv.includes('--no-types');
const clean = process.argv.includes('--clean');
/** What runs on other threads shares no chunks with the rest: they would be twice as many, and each takes a millisecond of a start. */
const PROGRAMS = [
  { entryPoints: { index: 'src/index.ts', cli: 'src/cli.ts' }, base: 'src/host/host.ts' },
  { entryPoints: { 'call-thread': 'src/call-thread.ts' }, base: 'src/threads/runner.ts' },
];
const entryPoints = Object.assign({}, ...PROGRAMS.map((program) => program.entryPoints));
const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const common = {
  absWorkingDir: root,
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
  // Node prints the line of an error that nobody catches: a chunk in one line was 30 KB before the message.
  lineLimit: 120,
  // CommonJS that is bundled asks for Node's own modules by `require`. A real one would be made anew for each chunk.
  banner: { js: 'const require = process.getBuiltinModule;' },
  // They are in the file of licences, as wholes.
  legalComments: 'none',
  sourcemap: true,
  metafile: true,
  logLevel: 'warning',
};
for (const { entryPoints, base } of PROGRAMS) {
  const plugins = [
    { name: 'less', setup: loadLess },
    { name: 'few-chunks', setup: (hooks) => joinChunks(hooks, join(root, base)) },
  ];
  checkBundles((await build({ ...common, entryPoints, plugins })).metafile);
}
chmodSync(join(out, 'cli.js'), 0o755);
writeFileSync(join(out, 'THIRD-PARTY-LICENSES.txt'), licences());
if (withTypes) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const types = join(out, 'types');
  // Errors of types are told and fail the build; the code is there nevertheless.
  const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', types], {
    stdio: 'inherit',
  });
  if (status !== 0) process.exitCode = 1;
  nameWebAssembly(types);
}
moveIn();

/**
 * A chunk holds what the same entries reach, and what is imported when it is needed counts as an entry: a dozen of those make forty
 * chunks. So each of them is made to reach all of the base, which is there whenever it is loaded.
 */
function joinChunks({ onResolve, onLoad }, base) {
  const later = new Set();
  onResolve({ filter: /^\.{1,2}\/.*\.js$/ }, ({ kind, path, resolveDir }) => {
    if (kind === 'dynamic-import') later.add(join(resolveDir, path.replace(/js$/, 'ts')));
    return null;
  });
  onLoad({ filter: /\.ts$/ }, ({ path }) => {
    if (!later.has(path)) return null;
    return { contents: `${readFileSync(path, 'utf8')}\nimport ${JSON.stringify(base)};\n`, loader: 'ts' };
  });
}

function loadLess({ onResolve, onLoad }) {
  onLoad({ filter: /[\\/]fengari[\\/]src[\\/]/ }, loadFengari);
  // For commands that are programs of their own, which there are none of: with the network it is 3 ms of each start.
  onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
    /[\\/]commander[\\/]/.test(importer) ? { path: 'child_process', namespace: 'absent' } : null,
  );
  onLoad({ filter: /./, namespace: 'absent' }, () => ({ contents: '' }));
}

/** Half of what a VM loads is Fengari, whose stack traces tell nobody anything: its own names are short. */
async function loadFengari({ path }) {
  if (NOT_GIVEN.test(path.replaceAll('\\', '/'))) return { contents: '' };
  const { code } = await transform(readFileSync(path, 'utf8'), { format: 'cjs', minifyIdentifiers: true });
  return { contents: code };
}

/** What is bundled has its licence here; and one letter beyond ASCII would make V8 keep its whole chunk at two bytes a letter. */
function checkBundles({ inputs }) {
  for (const path of Object.keys(inputs)) {
    const [, name] = /node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/.exec(path) ?? [];
    if (name !== undefined && !BUNDLED.includes(name)) throw new Error(`${path} is bundled: add ${name} to BUNDLED`);
  }
  for (const file of readdirSync(out).filter((name) => name.endsWith('.js'))) {
    const [beyond] = /[\u0080-\uffff]/.exec(readFileSync(join(out, file), 'utf8')) ?? [];
    if (beyond !== undefined)
      throw new Error(`dist/${file} holds ${beyond}: write it as an escape in its regular expression`);
  }
}

/** What declarations take for granted comes along: those that are only in the sources, and Node's, which TypeScript 7 takes in for nobody who does not name them. */
function nameWebAssembly(types) {
  const name = 'webassembly-names.d.ts';
  copyFileSync(join(root, 'src', name), join(types, name));
  const index = join(types, 'index.d.ts');
  const references = `/// <reference types="node" />\n/// <reference path="./${name}" />\n`;
  writeFileSync(index, references + readFileSync(index, 'utf8'));
}

/** Each file replaces the one of its name in one step. */
function moveIn() {
  const made = filesOf(out);
  const isEntry = (file) => Object.keys(entryPoints).some((name) => file === `${name}.js`);
  for (const file of [...made.filter((each) => !isEntry(each)), ...made.filter(isEntry)]) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    renameSync(join(out, file), join(dist, file));
  }
  const kept = new Set(made);
  for (const file of filesOf(dist)) {
    const isOfThisBuild = kept.has(file) || (!withTypes && file.startsWith('types'));
    if (!isOfThisBuild) letGo(join(dist, file));
  }
}

/** Who runs the build before may load its chunks yet. They are marked by a time that no file has, and go with the next build. */
function letGo(path) {
  if (clean || statSync(path).mtimeMs === 0) rmSync(path);
  else utimesSync(path, 0, 0);
}

function filesOf(folder) {
  return readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());
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
