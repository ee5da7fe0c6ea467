/** An open folder: what can be done with what is in it. Every path goes through `resolveAt`. */
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { checkRead, checkTraverse, checkWrite, mayRead, mayWrite, sameVolume, type Volume } from './bounds.js';
import { guarded, VolumeError } from './errors.js';
import type { Anchor } from './ground.js';
import { listFolder } from './list.js';
import { openAt } from './open.js';
import { FOLLOW, resolveAt, type Spot, type Use } from './resolve.js';
import { fileStat, type NewTime, secondsOf } from './stat.js';
import type { FileErrorCode, FileHandle } from './types.js';

/** A folder on this thread. */
export interface OpenFolder extends FileHandle {
  readonly kind: 'directory';
  readonly volume: Volume;
  /** @throws VolumeError `bad-descriptor` */
  anchor(): Anchor;
}

/** @param anchor its owner is this handle from now on; counted already */
export function folderHandle(volume: Volume, anchor: Anchor): OpenFolder {
  let open = true;
  const held = (): Anchor => {
    if (!open) throw new VolumeError('bad-descriptor', '', 'the folder is closed');
    return anchor;
  };
  const at = <T>(path: string, use: Use<T>): T => {
    const start = held();
    checkTraverse(volume, path);
    return guarded(path, () => resolveAt(volume.ground, start, path, use));
  };
  const change = <T>(path: string, use: Use<T>): T => {
    checkWrite(volume, path);
    return at(path, use);
  };
  const self: OpenFolder = {
    ...notAFile,
    kind: 'directory',
    readable: mayRead(volume),
    writable: mayWrite(volume),
    volume,
    anchor: held,
    stat: () => guarded('.', () => fileStat(lstatSync(`${held().prefix}/.`, { bigint: true }))),
    sync: () => syncFolder(held()),
    setTimes: (accessedNs, modifiedNs) => {
      checkWrite(volume, '.');
      guarded('.', () => setFolderTimes(held(), accessedNs, modifiedNs));
    },
    list() {
      const folder = held();
      checkRead(volume, '.');
      return guarded('.', () => {
        const entries = listFolder(folder.prefix);
        volume.ground.confirm(folder);
        return entries;
      });
    },
    open: (path, options) =>
      openAt({ volume, start: held(), folder: (found) => folderHandle(volume, found) }, path, options),
    statAt: (path, follow) => at(path, (spot) => statSpot(spot, follow, path)),
    setTimesAt: (path, follow, accessedNs, modifiedNs) =>
      change(path, (spot) => setSpotTimes(spot, follow, accessedNs, modifiedNs, path)),
    createDirectory: (path) => change(path, (spot) => mkdirSync(named(spot, path, 'exist'))),
    removeDirectory: (path) => change(path, (spot) => rmdirSync(named(spot, path, 'invalid'))),
    unlinkFile: (path) => change(path, (spot) => unlinkSpot(spot, path)),
    readLink: (path) => at(path, (spot) => readSpot(volume, spot, path)),
    symlink: (target, path) => {
      checkTarget(volume, target);
      change(path, (spot) => symlinkSpot(target, spot, path));
    },
    rename: (path, newFolder, newPath) => between(self, path, newFolder, newPath, renameSpots),
    link: (path, follow, newFolder, newPath) =>
      between(self, path, newFolder, newPath, (from, to) => linkSpots(volume, from, to, follow, path)),
    close() {
      if (!open) return;
      open = false;
      anchor.close();
      volume.budget.open--;
    },
  };
  return self;
}

/** The entry itself, for what cannot be done to a folder by its own `.`. */
function named({ folder, name }: Spot, path: string, whenSelf: FileErrorCode): string {
  if (name === '.') throw new VolumeError(whenSelf, path, whenSelf === 'exist' ? undefined : 'it is the folder itself');
  return `${folder.prefix}/${name}`;
}

function statSpot({ folder, name, isFolder }: Spot, follow: boolean, path: string) {
  const stat = lstatSync(`${folder.prefix}/${name}`, { bigint: true, throwIfNoEntry: false });
  if (stat === undefined) throw new VolumeError('no-entry', path);
  if (stat.isSymbolicLink() && (follow || isFolder)) return FOLLOW;
  if (isFolder && !stat.isDirectory()) throw new VolumeError('not-directory', path);
  return fileStat(stat);
}

function setSpotTimes(spot: Spot, follow: boolean, accessedNs: NewTime, modifiedNs: NewTime, path: string) {
  const stat = statSpot(spot, follow, path);
  if (stat === FOLLOW) return FOLLOW;
  // It may have become a link meanwhile: then that is what is changed.
  const full = `${spot.folder.prefix}/${spot.name}`;
  return lutimesSync(full, secondsOf(accessedNs, stat.accessedNs, path), secondsOf(modifiedNs, stat.modifiedNs, path));
}

function setFolderTimes({ prefix }: Anchor, accessedNs: NewTime, modifiedNs: NewTime): void {
  const { atimeNs, mtimeNs } = lstatSync(`${prefix}/.`, { bigint: true });
  utimesSync(`${prefix}/.`, secondsOf(accessedNs, atimeNs, '.'), secondsOf(modifiedNs, mtimeNs, '.'));
}

function syncFolder({ prefix }: Anchor): void {
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

function unlinkSpot(spot: Spot, path: string): void {
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

function readSpot(volume: Volume, { folder, name, isFolder }: Spot, path: string): string | typeof FOLLOW {
  const target = name === '.' ? null : volume.ground.readLink(folder, name);
  if (target === null) throw new VolumeError('invalid', path, 'it is no symbolic link');
  if (isFolder) return FOLLOW;
  if (volume.ground.isAbsolute(target)) throw new VolumeError('not-permitted', path, 'the link is absolute');
  return target;
}

const MAX_TARGET_BYTES = 4095;

function checkTarget({ ground }: Volume, target: string): void {
  if (target === '') throw new VolumeError('no-entry', target, 'the target is empty');
  if (target.includes('\0')) throw new VolumeError('invalid', target.replaceAll('\0', '\\0'));
  if (ground.isAbsolute(target)) throw new VolumeError('not-permitted', target, 'the target is absolute');
  if (Buffer.byteLength(target) > MAX_TARGET_BYTES) throw new VolumeError('name-too-long', target);
}

function symlinkSpot(target: string, spot: Spot, path: string): void {
  const full = named(spot, path, 'exist');
  if (!spot.isFolder) {
    symlinkSync(target, full);
    return;
  }
  const there = lstatSync(full, { throwIfNoEntry: false });
  throw new VolumeError(there === undefined ? 'no-entry' : 'exist', path);
}

/** Where the new name's folder is in reach: of the same volume, and both may be changed. */
function between(
  from: OpenFolder,
  path: string,
  newFolder: FileHandle,
  newPath: string,
  use: (from: Spot, to: Spot) => undefined | typeof FOLLOW,
): void {
  const to = newFolder as OpenFolder;
  if (to.kind !== 'directory') throw new VolumeError('not-directory', newPath);
  const [start, end] = [from.anchor(), to.anchor()];
  for (const [{ volume }, name] of [[from, path] as const, [to, newPath] as const]) {
    checkWrite(volume, name);
    checkTraverse(volume, name);
  }
  if (!sameVolume(from.volume, to.volume)) throw new VolumeError('cross-device', path);
  const { ground } = from.volume;
  guarded(path, () =>
    resolveAt(ground, start, path, (source) => {
      let answer: undefined | typeof FOLLOW;
      resolveAt(ground, end, newPath, (target) => {
        answer = use(source, target);
      });
      return answer;
    }),
  );
}

function renameSpots(from: Spot, to: Spot): undefined {
  const [source, target] = [named(from, from.name, 'busy'), named(to, to.name, 'busy')];
  if (from.isFolder || to.isFolder) requireFolder(source, from.name);
  renameSync(source, target);
}

function linkSpots({ ground }: Volume, from: Spot, to: Spot, follow: boolean, path: string): undefined | typeof FOLLOW {
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

const refuse = (): never => {
  throw new VolumeError('is-directory', '');
};

const notAFile: Pick<FileHandle, 'read' | 'readInto' | 'write' | 'append' | 'setSize'> = {
  read: refuse,
  readInto: refuse,
  write: refuse,
  append: refuse,
  setSize: refuse,
};
