/** Reading and writing by descriptors: pieces of the guest's memory, gathered and scattered. */
import { joinBytes } from '../../bytes.js';
import { guarded } from '../../files/errors.js';
import { after, type Later } from '../later.js';
import { waitForAny } from '../poll.js';
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

/** @returns how many bytes came; 0 at the end, or where there is no room */
function readInput({ world, input }: Guest, pieces: readonly Uint8Array[]): Later<number> {
  if (pieces.length === 0) return 0;
  return after(waitForAny(world, [input.readiness]), () => {
    let total = 0;
    for (const piece of pieces) {
      if (total > 0 && !input.hasMore) break;
      const part = input.take(piece.length) ?? NOTHING;
      piece.set(part);
      total += part.length;
      if (part.length < piece.length) break;
    }
    return total;
  });
}

const NOTHING = new Uint8Array(0);

/** A copy: what a stream is given may be kept, the guest's memory goes on changing. */
function gathered(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]!.slice() : joinBytes(pieces);
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
  fd_read(of: Guest, fd: number, iovecs: number, count: number, result: number): Later<void> {
    const from = of.fds.get(fd, 'fd_read');
    if (from.kind === 'folder') refuse('isdir');
    if (from.kind !== 'file') of.fds.checkStream('fd_read');
    of.memory.check(result, COUNT_BYTES);
    const pieces = of.memory.iovecs(iovecs, count);
    if (from.kind !== 'file') {
      return after(readInput(of, pieces), (total) => of.memory.setU32(result, total));
    }
    const total = readFile(from, pieces, from.offset);
    from.offset += total;
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
      const { kind } = to;
      guarded(kind, () => (kind === 'stderr' ? of.world.stderr(bytes) : of.world.stdout(bytes)));
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
