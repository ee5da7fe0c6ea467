/** Memory maxima: what `max_memory_mb` allows is written into the module, so that V8 itself holds `memory.grow` to it. */

import { makeWriter, type Writer, writeByte, writeU32, writeU64, written } from '../binary/writer.js';
import { MemoryOverLimit } from './errors.js';
import type { MemoryShape } from './shape.js';

/** Bytes that take the place of others. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/**
 * The memory types of a module with maxima of `maxBytes` at most. A module's own memories share the limit: each has its minimum,
 * and what is left is divided. An imported one is held to the limit alone: its owner's maximum counts.
 *
 * @throws MemoryOverLimit when the minima alone are above the limit
 */
export function limitMemories(memories: readonly MemoryShape[], maxBytes: number): Replacement[] {
  const own = memories.filter((memory) => !memory.imported);
  const limit = BigInt(Math.floor(maxBytes));
  let minima = 0n;
  for (const [index, memory] of memories.entries()) {
    const min = minBytes(memory);
    if (!memory.imported) minima += min;
    if (min > limit || minima > limit) throw new MemoryOverLimit(index, minima > min ? minima : min, maxBytes);
  }
  const share = own.length === 0 ? 0n : (limit - minima) / BigInt(own.length);
  return memories.flatMap((memory) => {
    const replaced = limitMemory(memory, memory.imported ? limit : minBytes(memory) + share);
    return replaced === null ? [] : [replaced];
  });
}

function minBytes({ limits, pageSizeLog2 }: MemoryShape): bigint {
  return BigInt(limits.min) << BigInt(pageSizeLog2);
}

/** Null when its maximum is low enough as it is. */
function limitMemory(memory: MemoryShape, maxBytes: bigint): Replacement | null {
  const { limits, pageSizeLog2, start, end } = memory;
  const pages = maxBytes >> BigInt(pageSizeLog2);
  if (limits.max !== null && BigInt(limits.max) <= pages) return null;
  const most = 1n << BigInt((limits.index64 ? 64 : 32) - pageSizeLog2);
  const writer = makeWriter(32);
  writeMemoryType(writer, memory, pages < most ? pages : most - (pageSizeLog2 === 0 ? 1n : 0n));
  return { start, end, bytes: written(writer) };
}

function writeMemoryType(writer: Writer, { limits, pageSizeLog2 }: MemoryShape, max: bigint): void {
  const flags = 0x01 | (limits.shared ? 0x02 : 0) | (limits.index64 ? 0x04 : 0) | (pageSizeLog2 === 16 ? 0 : 0x08);
  writeByte(writer, flags);
  writeU64(writer, BigInt(limits.min));
  writeU64(writer, max);
  if (pageSizeLog2 !== 16) writeU32(writer, pageSizeLog2);
}
