/** Reading and writing by descriptors: pieces of the guest's memory, gathered and scattered. */
import type { World, WorldCall } from '../types.js';
import { FD_FLAGS, type FileDescriptor } from './descriptors.js';
import { refuse } from './errno.js';
import type { Guest } from './guest.js';

const MAX_OFFSET = BigInt(Number.MAX_SAFE_INTEGER);
const COUNT_BYTES = 4;

/** @throws Refusal `inval` beyond what a file can have */
export function offsetOf(value: bigint): number {
  const offset = BigInt.asUintN(64, value);
  if (offset > MAX_OFFSET) refuse('inval');
  return Number(offset);
}

function readFile({ handle }: FileDescriptor, pieces: readonly Uint8Array[], offset: number): number {
  let total = 0;
  for (const piece of bounded(pieces, MAX_FILE_BYTES)) {
    const count = handle.readInto(piece, offset + total);
    total += count;
    if (count < piece.length) break;
  }
  return total;
}

function writeFile(file: FileDescriptor, pieces: readonly Uint8Array[], offset: number | 'end'): number {
  let total = 0;
  for (const piece of bounded(pieces, MAX_FILE_BYTES)) {
    const count = offset === 'end' ? file.handle.append(piece) : file.handle.write(piece, offset + total);
    total += count;
    if (count < piece.length) break;
  }
  if ((file.flags & (FD_FLAGS.sync | FD_FLAGS.dsync)) !== 0) file.handle.sync((file.flags & FD_FLAGS.sync) === 0);
  return total;
}

const NOTHING = new Uint8Array(0);

/** What one read brought and nobody has taken yet stays for the next one of the same call. */
export class Input {
  private readonly world: World;
  private rest: Uint8Array = NOTHING;
  private call: WorldCall;

  constructor(world: World) {
    this.world = world;
    this.call = world.call;
  }

  /** @returns how many bytes came; 0 at the end, or where there is no room */
  read(pieces: readonly Uint8Array[]): number {
    const { world } = this;
    if (this.call !== world.call) this.rest = NOTHING;
    this.call = world.call;
    if (pieces.length === 0) return 0;
    if (this.rest.length === 0) this.rest = world.stdin?.() ?? NOTHING;
    let total = 0;
    for (const piece of pieces) {
      const part = this.rest.subarray(0, piece.length);
      piece.set(part);
      this.rest = this.rest.subarray(part.length);
      total += part.length;
    }
    return total;
  }
}

/** A copy: what a stream is given may be kept, the guest's memory goes on changing. */
function gathered(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!.slice();
  const all = new Uint8Array(pieces.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

const MAX_STREAM_WRITE_BYTES = 2 ** 20;
/** Nothing ends a read or write of the system's before its time, so it must not take long. */
const MAX_FILE_BYTES = 2 ** 24;

/** The first of their bytes, `byteLength` at most; guests ask again for the rest. */
function bounded(pieces: readonly Uint8Array[], byteLength: number): readonly Uint8Array[] {
  const kept: Uint8Array[] = [];
  let room = byteLength;
  for (const piece of pieces) {
    if (room === 0) break;
    kept.push(piece.subarray(0, room));
    room -= Math.min(room, piece.length);
  }
  return kept;
}

export const IO_FUNCTIONS = {
  fd_read(of: Guest, fd: number, iovecs: number, count: number, result: number) {
    const from = of.fds.get(fd, 'fd_read');
    if (from.kind === 'folder') refuse('isdir');
    if (from.kind !== 'file') of.fds.checkStream('fd_read');
    of.memory.check(result, COUNT_BYTES);
    const pieces = of.memory.iovecs(iovecs, count);
    let total = 0;
    if (from.kind === 'file') {
      total = readFile(from, pieces, from.offset);
      from.offset += total;
    } else {
      total = of.input.read(pieces);
    }
    of.memory.setU32(result, total);
  },
  fd_write(of: Guest, fd: number, iovecs: number, count: number, result: number) {
    const to = of.fds.get(fd, 'fd_write');
    if (to.kind === 'folder') refuse('isdir');
    if (to.kind !== 'file') of.fds.checkStream('fd_write');
    of.memory.check(result, COUNT_BYTES);
    const pieces = of.memory.iovecs(iovecs, count);
    let total = 0;
    if (to.kind === 'file') {
      const appends = (to.flags & FD_FLAGS.append) !== 0;
      total = writeFile(to, pieces, appends ? 'end' : to.offset);
      to.offset = appends && total > 0 ? Number(to.handle.stat().size) : to.offset + total;
    } else if (pieces.length > 0) {
      const bytes = gathered(bounded(pieces, MAX_STREAM_WRITE_BYTES));
      total = bytes.length;
      if (to.kind === 'stderr') of.world.stderr(bytes);
      else of.world.stdout(bytes);
    }
    of.memory.setU32(result, total);
  },
  fd_pread(of: Guest, fd: number, iovecs: number, count: number, offset: bigint, result: number) {
    const from = of.fds.file(fd, 'fd_read', 'fd_seek');
    of.memory.check(result, COUNT_BYTES);
    of.memory.setU32(result, readFile(from, of.memory.iovecs(iovecs, count), offsetOf(offset)));
  },
  fd_pwrite(of: Guest, fd: number, iovecs: number, count: number, offset: bigint, result: number) {
    const to = of.fds.file(fd, 'fd_write', 'fd_seek');
    of.memory.check(result, COUNT_BYTES);
    of.memory.setU32(result, writeFile(to, of.memory.iovecs(iovecs, count), offsetOf(offset)));
  },
};
