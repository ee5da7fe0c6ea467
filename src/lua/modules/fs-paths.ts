/** Paths of scripts: `/` is the root of the filesystem, anything else is seen from the folder that `chdir` went to. */

import { moduleError } from '../results.js';

/**
 * The path below the root, without `/` in front; `.` for the root.
 * @param folder absolute, normalised
 * @throws HostError Invalid, for NUL; what leads out is for the volume to refuse
 */
export function belowRoot(folder: string, path: string): string {
  if (path === '') throw moduleError('Invalid', 'the path is empty');
  if (path.includes('\0')) throw moduleError('Invalid', 'a path cannot hold a NUL character');
  const full = path.startsWith('/') ? path : `${folder}/${path}`;
  const below = full.replace(/^\/+/, '');
  return below === '' ? '.' : below;
}

/**
 * Where `chdir` goes: absolute, without `.` and `..`.
 * @throws HostError Invalid, above the root
 */
export function changedFolder(folder: string, path: string): string {
  const names: string[] = [];
  for (const name of belowRoot(folder, path).split('/')) {
    if (name === '' || name === '.') continue;
    if (name !== '..') names.push(name);
    else if (names.pop() === undefined) throw moduleError('Invalid', `${path}: the path leads out of its filesystem`);
  }
  return `/${names.join('/')}`;
}

/** The last name; `/` for the root. */
export function baseName(path: string): string {
  const folder = changedFolder('/', path);
  return folder === '/' ? '/' : folder.slice(folder.lastIndexOf('/') + 1);
}
