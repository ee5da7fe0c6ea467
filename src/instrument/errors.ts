/** Why a module was not rewritten: each class is another next step for the caller. */

/**
 * A module that may be valid, but cannot get checks. The caller's way out: run it on a thread of its own, which can be ended
 * from outside; its memories can be bounded all the same (`checks: false`).
 */
export class CannotInstrument extends Error {
  /** What stands in the way: `opcode 0xfb 0x1f`, `a shared memory`, `a function of 9000000 bytes`. */
  readonly construct: string;
  /** Byte position in the module. */
  readonly offset: number;

  constructor(construct: string, offset: number) {
    super(`cannot add checks to this core module: it has ${construct} (at offset 0x${offset.toString(16)})`);
    this.name = 'CannotInstrument';
    this.construct = construct;
    this.offset = offset;
  }
}

/** A module whose own minimum of memory is above what it may have: no instance of it can ever be made. */
export class MemoryOverLimit extends Error {
  /** Index of the memory; for several memories of one module, of the one at which their minima pass the limit. */
  readonly memory: number;
  /** What the module asks for at least, all its memories together. */
  readonly minBytes: bigint;
  readonly maxBytes: number;

  constructor(memory: number, minBytes: bigint, maxBytes: number) {
    super(
      `memory ${memory} of the core module starts with ${minBytes} bytes, its limit is ${maxBytes} bytes; raise max_memory_mb or build the module with a smaller initial memory`,
    );
    this.name = 'MemoryOverLimit';
    this.memory = memory;
    this.minBytes = minBytes;
    this.maxBytes = maxBytes;
  }
}
