/** How the program is called where it runs: who installed it into a project has it by npx only. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { CliIo } from './io.js';

/** npm and npx add such folders for what they start: the next line that somebody types does not see them. */
const OF_NPM = /[\\/]node_modules[\\/]\.bin[\\/]?$/;

/** `moonwit` where a shell finds that, else `npx moonwit`. */
export function ownName({ env }: Pick<CliIo, 'env'>): string {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && !OF_NPM.test(folder));
  const names = ['moonwit', 'moonwit.cmd'];
  const isFound = folders.some((folder) => names.some((name) => existsSync(join(folder, name))));
  return isFound ? 'moonwit' : 'npx moonwit';
}
