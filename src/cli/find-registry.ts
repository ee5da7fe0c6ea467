/** Which registry a command works on. */
import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type CliIo, shownPath, UsageError } from './io.js';

const FOLDER = 'registry';

/** The nearest folder called `registry`, in `start` or above it; null where there is none. */
function nearestRegistry(start: string): string | null {
  let folder = resolve(start);
  for (;;) {
    const candidate = join(folder, FOLDER);
    if (isFolder(candidate)) return candidate;
    const parent = dirname(folder);
    if (parent === folder) return null;
    folder = parent;
  }
}

/**
 * The registry of a command: `--registry`, or the nearest to one of `starts`, in their order; null where there is none.
 * @throws UsageError, when `--registry` names no folder
 */
export function findRegistry(option: string | undefined, starts: readonly string[], io: CliIo): string | null {
  if (option !== undefined) {
    const path = resolve(io.cwd, option);
    if (!isFolder(path)) throw new UsageError(`--registry ${option}: no such folder`);
    return registryPath(path, io);
  }
  for (const start of starts) {
    const found = nearestRegistry(start);
    if (found !== null) return registryPath(found, io);
  }
  return null;
}

/** As {@link findRegistry} from the working directory, for commands that need one. @throws UsageError */
export function needRegistry(option: string | undefined, io: CliIo): string {
  const found = findRegistry(option, [io.cwd], io);
  if (found !== null) return found;
  throw new UsageError(
    'no folder "registry" here or above: name one with --registry DIR, or make one with: moonwit init',
  );
}

/** Problems print this path, so it is short where the file system agrees with `io` on what it is relative to. */
function registryPath(path: string, io: CliIo): string {
  return resolve(io.cwd) === process.cwd() ? shownPath(path, io) : path;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
