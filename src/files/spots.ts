/** What is done where a path ends: one step of the system each, on a name in a held folder. */
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  lutimesSync,
  openSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import type { Volume } from './bounds.js';
import { guarded, VolumeError } from './errors.js';
import type { Anchor } from './ground.js';
import { FOLLOW, type Spot } from './resolve.js';
import { fileStat, type NewTime, secondsOf } from './stat.js';
import type { FileErrorCode } from './types.js';

/** The entry itself, for what cannot be done to a folder by its own `.`. */
export function named({ folder, name }: Spot, path: string, whenSelf: FileErrorCode): string {
  if (name === '.') throw new VolumeError(whenSelf, path, whenSelf === 'exist' ? undefined : 'it is the folder itself');
  return `${folder.prefix}/${name}`;
}

export function statSpot({ folder, name, isFolder }: Spot, follow: boolean, path: string) {
  const stat = lstatSync(`${folder.prefix}/${name}`, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) throw new VolumeError('no-entry', path);
  if (stat.isSymbolicLink() && (follow || isFolder)) return FOLLOW;
  if (isFolder && !stat.isDirectory()) throw new VolumeError('not-directory', path);
  return fileStat(stat);
}

export function setSpotTimes(spot: Spot, follow: boolean, accessedNs: NewTime, modifiedNs: NewTime, path: string) {
  const stat = statSpot(spot, follow, path);
  if (stat === FOLLOW) return FOLLOW;
  // It may have become a link meanwhile: then that is what is changed.
  const full = `${spot.folder.prefix}/${spot.name}`;
  return lutimesSync(full, secondsOf(accessedNs, stat.accessedNs, path), secondsOf(modifiedNs, stat.modifiedNs, path));
}

export function setFolderTimes({ prefix }: Anchor, accessedNs: NewTime, modifiedNs: NewTime): void {
  const { atimeNs, mtimeNs } = lstatSync(`${prefix}/.`, { bigint: true });
  utimesSync(`${prefix}/.`, secondsOf(accessedNs, atimeNs, '.'), secondsOf(modifiedNs, mtimeNs, '.'));
}

export function syncFolder({ prefix }: Anchor): void {
  if (process.platform === 'win32') return; // folders cannot be synced there
  guarded('.', () => {
    const fd = openSync(`${prefix}/.`, 'r');
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}

export function unlinkSpot(spot: Spot, path: string): void {
  const full = named(spot, path, 'is-directory');
  try {
    if (!spot.isFolder) {
      unlinkSync(full);
      return;
    }
  } catch (thrown) {
    // What macOS says of folders.
    if ((thrown as NodeJS.ErrnoException).code !== 'EPERM' || !lstatSync(full).isDirectory()) throw thrown;
  }
  throw new VolumeError(lstatSync(full).isDirectory() ? 'is-directory' : 'not-directory', path);
}

export function readSpot(volume: Volume, { folder, name, isFolder }: Spot, path: string): string | typeof FOLLOW {
  const target = name === '.' ? null : volume.ground.readLink(folder, name);
  if (target === null) throw new VolumeError('invalid', path, 'it is no symbolic link');
  if (isFolder) return FOLLOW;
  if (volume.ground.isAbsolute(target)) throw new VolumeError('not-permitted', path, 'the link is absolute');
  return target;
}

const MAX_TARGET_BYTES = 4095;

export function checkTarget({ ground }: Volume, target: string): void {
  if (target === '') throw new VolumeError('no-entry', target, 'the target is empty');
  if (target.includes('\0')) throw new VolumeError('invalid', target.replaceAll('\0', '\\0'));
  if (ground.isAbsolute(target)) throw new VolumeError('not-permitted', target, 'the target is absolute');
  if (Buffer.byteLength(target) > MAX_TARGET_BYTES) throw new VolumeError('name-too-long', target);
}

export function symlinkSpot(target: string, spot: Spot, path: string): void {
  const full = named(spot, path, 'exist');
  if (!spot.isFolder) {
    symlinkSync(target, full);
    return;
  }
  const there = lstatSync(full, { throwIfNoEntry: false });
  throw new VolumeError(there === undefined ? 'no-entry' : 'exist', path);
}

export function renameSpots(from: Spot, to: Spot): undefined {
  const [source, target] = [named(from, from.name, 'busy'), named(to, to.name, 'busy')];
  if (from.isFolder || to.isFolder) requireFolder(source, from.name);
  renameSync(source, target);
}

export function linkSpots(
  { ground }: Volume,
  from: Spot,
  to: Spot,
  follow: boolean,
  path: string,
): undefined | typeof FOLLOW {
  const stat = statSpot(from, follow, path);
  if (stat === FOLLOW) return FOLLOW;
  if (stat.type === 'directory') throw new VolumeError('not-permitted', path, 'folders have one name only');
  if (stat.type === 'symbolic-link' && !ground.linksLinks) throw new VolumeError('unsupported', path);
  const target = named(to, to.name, 'exist');
  if (to.isFolder) throw new VolumeError('no-entry', to.name);
  linkSync(`${from.folder.prefix}/${from.name}`, target);
  // It may have become something else meanwhile, where the system follows links even the way out.
  const made = lstatSync(target, { bigint: true });
  if (made.ino === stat.inode && made.dev === stat.device) return undefined;
  unlinkSync(target);
  throw new VolumeError('busy', path, 'it has become another file meanwhile');
}

/** A name with a slash behind it stands for a folder. */
function requireFolder(full: string, path: string): void {
  if (!lstatSync(full).isDirectory()) throw new VolumeError('not-directory', path);
}
