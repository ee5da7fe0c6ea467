/** An open folder: what can be done with what is in it. Every path goes through `resolveAt`. */
import { lstatSync, mkdirSync, rmdirSync } from 'node:fs';
import { checkRead, checkTraverse, checkWrite, mayRead, mayWrite, sameVolume, type Volume } from './bounds.js';
import { guarded, VolumeError } from './errors.js';
import type { Anchor } from './ground.js';
import { listFolder } from './list.js';
import { NotAFile } from './not-a-file.js';
import { openAt } from './open.js';
import { type FOLLOW, resolveAt, type Spot, type Use } from './resolve.js';
import {
  checkTarget,
  linkSpots,
  named,
  readSpot,
  renameSpots,
  setFolderTimes,
  setSpotTimes,
  statSpot,
  symlinkSpot,
  syncFolder,
  unlinkSpot,
} from './spots.js';
import { fileStat, type NewTime } from './stat.js';
import type { FileHandle, FileStat, OpenOptions } from './types.js';

/** A folder on this thread. A class, as files are. */
export class OpenFolder extends NotAFile implements FileHandle {
  readonly kind = 'directory';
  readonly volume: Volume;
  private held: Anchor | null;

  /** @param anchor its owner is this handle from now on; counted already */
  constructor(volume: Volume, anchor: Anchor) {
    super();
    this.volume = volume;
    this.held = anchor;
  }

  get readable(): boolean {
    return mayRead(this.volume);
  }

  get writable(): boolean {
    return mayWrite(this.volume);
  }

  /** @throws VolumeError `bad-descriptor` */
  get anchor(): Anchor {
    if (this.held === null) throw new VolumeError('bad-descriptor', '', 'the folder is closed');
    return this.held;
  }

  private at<T>(path: string, use: Use<T>): T {
    const { volume, anchor } = this;
    checkTraverse(volume, path);
    return guarded(path, () => resolveAt(volume.ground, anchor, path, use));
  }

  private change<T>(path: string, use: Use<T>): T {
    checkWrite(this.volume, path);
    return this.at(path, use);
  }

  stat(): FileStat {
    const { prefix } = this.anchor;
    return guarded('.', () => fileStat(lstatSync(`${prefix}/.`, { bigint: true })));
  }

  sync(): void {
    syncFolder(this.anchor);
  }

  setTimes(accessedNs: NewTime, modifiedNs: NewTime): void {
    checkWrite(this.volume, '.');
    const { anchor } = this;
    guarded('.', () => setFolderTimes(anchor, accessedNs, modifiedNs));
  }

  list(): ReturnType<FileHandle['list']> {
    const { anchor, volume } = this;
    checkRead(volume, '.');
    return guarded('.', () => {
      const entries = listFolder(anchor.prefix);
      volume.ground.confirm(anchor);
      return entries;
    });
  }

  open(path: string, options: OpenOptions): FileHandle {
    const { volume, anchor: start } = this;
    return openAt({ volume, start, folder: (found) => new OpenFolder(volume, found) }, path, options);
  }

  statAt(path: string, follow: boolean): FileStat {
    return this.at(path, (spot) => statSpot(spot, follow, path));
  }

  setTimesAt(path: string, follow: boolean, accessedNs: NewTime, modifiedNs: NewTime): void {
    this.change(path, (spot) => setSpotTimes(spot, follow, accessedNs, modifiedNs, path));
  }

  createDirectory(path: string): void {
    this.change(path, (spot) => mkdirSync(named(spot, path, 'exist')));
  }

  removeDirectory(path: string): void {
    this.change(path, (spot) => rmdirSync(named(spot, path, 'invalid')));
  }

  unlinkFile(path: string): void {
    this.change(path, (spot) => unlinkSpot(spot, path));
  }

  readLink(path: string): string {
    return this.at(path, (spot) => readSpot(this.volume, spot, path));
  }

  symlink(target: string, path: string): void {
    checkTarget(this.volume, target);
    this.change(path, (spot) => symlinkSpot(target, spot, path));
  }

  rename(path: string, newFolder: FileHandle, newPath: string): void {
    between(this, path, newFolder, newPath, renameSpots);
  }

  link(path: string, follow: boolean, newFolder: FileHandle, newPath: string): void {
    between(this, path, newFolder, newPath, (from, to) => linkSpots(this.volume, from, to, follow, path));
  }

  close(): void {
    if (this.held === null) return;
    this.held.close();
    this.held = null;
    this.volume.budget.open--;
  }
}

/** Where the new name's folder is in reach: of the same volume, and both may be changed. */
function between(
  from: OpenFolder,
  path: string,
  newFolder: FileHandle,
  newPath: string,
  use: (from: Spot, to: Spot) => undefined | typeof FOLLOW,
): void {
  if (!(newFolder instanceof OpenFolder)) throw new VolumeError('not-directory', newPath);
  const to = newFolder;
  const [start, end] = [from.anchor, to.anchor];
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
