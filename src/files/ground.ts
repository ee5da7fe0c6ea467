/**
 * What a volume stands on: single steps from one held folder to what is directly in it. No step follows a symbolic link,
 * so that a path is only ever as long as one name, and links are read and resolved by `resolve.ts`.
 */
import type { BigIntStats } from 'node:fs';

/** A folder that is held. */
export interface Anchor {
  /** `${prefix}/${name}` is what the folder has under that name, for the system. */
  readonly prefix: string;
  close(): void;
}

/** An entry that is there: pinned, so that it cannot become another one. */
export interface Pin {
  readonly stat: BigIntStats;
  /** Opens what is pinned, which must be a file. @param flags as of `open(2)` @returns a descriptor */
  openFile(flags: number): number;
  /** Holds what is pinned, which must be a folder. */
  hold(): Anchor;
  close(): void;
}

/** Why a root is not opened. */
export const MOVED = 'a link has taken the place of its folder, or of one above it';

export interface Ground {
  /** @param path the machine's, without links @throws VolumeError `not-permitted` when there is one by now */
  root(path: string): Anchor;
  /** @returns null where there is a symbolic link @throws what the system says, `ENOTDIR` for files */
  enter(folder: Anchor, name: string): Anchor | null;
  /** @returns null where there is nothing */
  pin(folder: Anchor, name: string): Pin | null;
  /** Makes a new file. @throws `EEXIST`, also for a link that leads nowhere */
  create(folder: Anchor, name: string, flags: number): number;
  /** The text of a symbolic link with `/` between names; null when there is none. */
  readLink(folder: Anchor, name: string): string | null;
  /** Whether a link's text starts at a root of the machine's. */
  isAbsolute(target: string): boolean;
  /** What no name may have, beside NUL and `/`. */
  readonly forbidden: RegExp | null;
  /** Whether a symbolic link itself can get a second name; elsewhere what it leads to would get it. */
  readonly linksLinks: boolean;
  /** Refuses what was read of a folder that is not where it was any more. */
  confirm(folder: Anchor): void;
  /** A second descriptor of an open file, for appending; null where the system has none. */
  reopen(fd: number, flags: number): number | null;
}
