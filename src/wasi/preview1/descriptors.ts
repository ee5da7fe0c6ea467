/** The descriptors of one instance: 0, 1 and 2 are the standard streams, from 3 on the mounts, then what the guest opens. */

import { HostError } from '../../errors.js';
import type { FileHandle } from '../../files/types.js';
import type { Listing } from '../listings.js';
import type { World } from '../types.js';
import { refuse } from './errno.js';
import { ALL_RIGHTS, FOLDER_RIGHTS, INPUT_RIGHTS, OUTPUT_RIGHTS, type Right, rights as rightsOf } from './rights.js';

/** More at once are refused: `mfile`. */
const MAX_DESCRIPTORS = 4096;

export const FD_FLAGS = { append: 1, dsync: 2, nonblock: 4, rsync: 8, sync: 16 } as const;
export const ALL_FD_FLAGS = 31;

interface Common {
  rights: bigint;
  inheriting: bigint;
  flags: number;
}

interface StreamDescriptor extends Common {
  readonly kind: 'stdin' | 'stdout' | 'stderr';
  /** Asked for only when it matters: streams are made when they are used. */
  readonly isTerminal: () => boolean;
}

export interface FileDescriptor extends Common {
  readonly kind: 'file';
  readonly handle: FileHandle;
  /** Bytes from the start. */
  offset: number;
  readonly release: () => void;
}

export interface FolderDescriptor extends Common {
  readonly kind: 'folder';
  readonly handle: FileHandle;
  /** Where it is mounted; null for a folder that the guest opened. */
  readonly mountedAt: string | null;
  /** What was in it when its first entry was read. */
  listing: Listing | null;
  readonly release: () => void;
}

export type Descriptor = StreamDescriptor | FileDescriptor | FolderDescriptor;

/** Which of the groups that share functions the entry grants. */
interface Granted {
  /** The standard streams: `wasi:cli`. */
  readonly streams: boolean;
  /** Mounts and what is in them: `wasi:filesystem`. */
  readonly files: boolean;
}

/** A class, because instances are made for single calls, and mounts are opened only where a guest looks at them. */
export class Descriptors {
  private readonly world: World;
  private readonly granted: Granted;
  private readonly open = new Map<number, Descriptor>();
  private hasStreams = false;
  private hasMounts = false;

  constructor(world: World, granted: Granted) {
    this.world = world;
    this.granted = granted;
  }

  /** Each call finds them as the first one did, whatever the one before has closed, moved or narrowed. */
  private streams(): void {
    if (this.hasStreams) return;
    this.hasStreams = true;
    this.world.track(() => {
      this.open.clear();
      this.hasStreams = false;
      this.hasMounts = false;
    });
    const output = { rights: OUTPUT_RIGHTS, inheriting: 0n, flags: FD_FLAGS.append };
    const isTerminal = (index: 0 | 1 | 2) => () => this.world.terminals[index];
    this.open.set(0, { kind: 'stdin', isTerminal: isTerminal(0), rights: INPUT_RIGHTS, inheriting: 0n, flags: 0 });
    this.open.set(1, { kind: 'stdout', isTerminal: isTerminal(1), ...output });
    this.open.set(2, { kind: 'stderr', isTerminal: isTerminal(2), ...output });
  }

  private mounts(): void {
    this.streams();
    if (this.hasMounts || !this.granted.files) return;
    this.hasMounts = true;
    const [rights, inheriting] = [FOLDER_RIGHTS, ALL_RIGHTS];
    for (const { guest, handle } of this.world.preopens()) {
      const entry = { kind: 'folder', handle, mountedAt: guest, listing: null, rights, inheriting, flags: 0 } as const;
      this.open.set(this.free(3), { ...entry, release() {} });
    }
  }

  private free(from: number): number {
    let fd = from;
    while (this.open.has(fd)) fd++;
    return fd;
  }

  /** @throws Refusal `badf`, `notcapable` without one of the rights */
  get(fd: number, ...needs: readonly Right[]): Descriptor {
    const number = fd >>> 0;
    if (number > 2) this.mounts();
    else this.streams();
    const found = this.open.get(number) ?? refuse('badf');
    const needed = rightsOf(...needs);
    if ((found.rights & needed) !== needed) refuse('notcapable');
    return found;
  }

  /** Before a standard stream is used: only its group grants that, though others grant the function. @throws HostError PermissionDenied */
  checkStream(functionName: 'fd_read' | 'fd_write'): void {
    if (this.granted.streams) return;
    const { id } = this.world;
    const text = `${id} called wasi_snapshot_preview1#${functionName} on a standard stream, which its entry does not grant: add "wasi:cli" to imports`;
    const details = { function: id, import: 'wasi_snapshot_preview1', name: functionName, grant: 'wasi:cli' };
    throw new HostError('PermissionDenied', text, { retryable: false, details });
  }

  /** @throws Refusal `badf`, `isdir`, `spipe` for a standard stream */
  file(fd: number, ...needs: readonly Right[]): FileDescriptor {
    const found = this.get(fd);
    if (found.kind === 'folder') refuse('isdir');
    if (found.kind !== 'file') refuse('spipe');
    return this.get(fd, ...needs) as FileDescriptor;
  }

  /** @throws Refusal `badf`, `notdir` */
  folder(fd: number, ...needs: readonly Right[]): FolderDescriptor {
    if (this.get(fd).kind !== 'folder') refuse('notdir');
    return this.get(fd, ...needs) as FolderDescriptor;
  }

  /** What the guest opened; closed at the end of the call at the latest. @throws Refusal `mfile` */
  add(
    handle: FileHandle,
    terms: { readonly rights: bigint; readonly inheriting: bigint; readonly flags: number },
  ): number {
    this.mounts();
    if (this.open.size >= MAX_DESCRIPTORS) {
      handle.close();
      refuse('mfile');
    }
    const untrack = this.world.track(() => {
      handle.close();
      for (const [number, each] of this.open) if (each === entry) this.open.delete(number);
    });
    const release = () => {
      untrack();
      handle.close();
    };
    const entry: Descriptor =
      handle.kind === 'file'
        ? { kind: 'file', handle, offset: 0, release, ...terms }
        : { kind: 'folder', handle, mountedAt: null, listing: null, release, ...terms };
    const fd = this.free(0);
    this.open.set(fd, entry);
    return fd;
  }

  close(fd: number): void {
    const found = this.get(fd);
    this.open.delete(fd >>> 0);
    if (found.kind === 'folder') found.listing?.release();
    if ('release' in found) found.release();
  }

  /** `to` is closed and becomes `from`. @throws Refusal `badf` unless both are open */
  renumber(from: number, to: number): void {
    const moved = this.get(from);
    this.get(to);
    if (from >>> 0 === to >>> 0) return;
    this.close(to);
    this.open.delete(from >>> 0);
    this.open.set(to >>> 0, moved);
  }
}
