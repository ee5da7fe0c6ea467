/**
 * Volumes: folders of the machine that entries name, seen from inside. Nothing outside of a volume is reachable by any path,
 * link or race. Guests' filesystems, Lua's `fs` and static HTTP files stand on this.
 */

/** Why an operation on a volume failed: POSIX names in lower case, as `wasi:filesystem/types.error-code` spells them. */
export type FileErrorCode =
  | 'access'
  | 'would-block'
  | 'already'
  | 'bad-descriptor'
  | 'busy'
  | 'deadlock'
  | 'quota'
  | 'exist'
  | 'file-too-large'
  | 'illegal-byte-sequence'
  | 'in-progress'
  | 'interrupted'
  | 'invalid'
  | 'io'
  | 'is-directory'
  | 'loop'
  | 'too-many-links'
  | 'message-size'
  | 'name-too-long'
  | 'no-device'
  | 'no-entry'
  | 'no-lock'
  | 'insufficient-memory'
  | 'insufficient-space'
  | 'not-directory'
  | 'not-empty'
  | 'not-recoverable'
  | 'unsupported'
  | 'no-tty'
  | 'no-such-device'
  | 'overflow'
  | 'not-permitted'
  | 'pipe'
  | 'read-only'
  | 'invalid-seek'
  | 'text-file-busy'
  | 'cross-device';

export type FileType =
  | 'unknown'
  | 'block-device'
  | 'character-device'
  | 'directory'
  | 'fifo'
  | 'symbolic-link'
  | 'regular-file'
  | 'socket';

export interface FileStat {
  readonly type: FileType;
  readonly linkCount: bigint;
  /** Bytes. */
  readonly size: bigint;
  /** Nanoseconds since 1970. */
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  /** For `is-same-object` and metadata hashes. */
  readonly device: bigint;
  readonly inode: bigint;
  /** Permission bits. */
  readonly mode: number;
}

export interface OpenOptions {
  readonly read: boolean;
  readonly write: boolean;
  /** The last part of the path may be a symbolic link. */
  readonly follow: boolean;
  readonly create: boolean;
  readonly exclusive: boolean;
  readonly truncate: boolean;
  /** Fails with `not-directory` for anything else. */
  readonly directory: boolean;
}

/** For what is there already. */
export const OPEN_TO_READ: OpenOptions = {
  read: true,
  write: false,
  follow: true,
  create: false,
  exclusive: false,
  truncate: false,
  directory: false,
};

/** What a volume's operations throw. */
export interface FileError extends Error {
  readonly code: FileErrorCode;
}

/** An open file or folder. Paths are relative to the folder; every method throws FileError. */
export interface FileHandle {
  readonly kind: 'file' | 'directory';
  /** Asked for at its opening, and allowed by its volume. */
  readonly readable: boolean;
  readonly writable: boolean;
  stat(): FileStat;
  /** Up to `length` bytes from `offset`; none at the end. */
  read(length: number, offset: number): Uint8Array;
  /** As `read`, into memory of the caller's. @returns how many bytes were read */
  readInto(target: Uint8Array, offset: number): number;
  /** As `readInto`, by another thread. Who closes the handle waits for it first. */
  readLater(target: Uint8Array, offset: number): Promise<number>;
  /** @returns how many bytes were written */
  write(bytes: Uint8Array, offset: number): number;
  append(bytes: Uint8Array): number;
  setSize(size: bigint): void;
  setTimes(accessedNs: bigint | 'now' | null, modifiedNs: bigint | 'now' | null): void;
  sync(dataOnly: boolean): void;
  close(): void;
  // Of folders:
  list(): readonly { readonly name: string; readonly type: FileType }[];
  open(path: string, options: OpenOptions): FileHandle;
  statAt(path: string, follow: boolean): FileStat;
  setTimesAt(path: string, follow: boolean, accessedNs: bigint | 'now' | null, modifiedNs: bigint | 'now' | null): void;
  createDirectory(path: string): void;
  removeDirectory(path: string): void;
  unlinkFile(path: string): void;
  rename(path: string, newFolder: FileHandle, newPath: string): void;
  link(path: string, follow: boolean, newFolder: FileHandle, newPath: string): void;
  symlink(target: string, path: string): void;
  readLink(path: string): string;
}

/** A volume as data: threads open it by themselves. */
export interface VolumeSpec {
  /** `myns:data_files` */
  readonly id: string;
  /** Absolute, on the machine, without links: where a link has taken its place, it is not opened. */
  readonly path: string;
  /** Make it when it is not there. */
  readonly autoInit: boolean;
  /** The owner's bits bound every operation; full read implies execute. */
  readonly mode: number;
  readonly readOnly: boolean;
}
