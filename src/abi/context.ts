/**
 * What lifting and lowering touch at run time: one guest's memory, its realloc, its handles. One context serves every
 * function of an instance that has the same canonical options.
 * Rules: `LiftLowerContext`, `reallocate`, `allocate` (canonical-abi/definitions.py, SPEC_COMMIT).
 */
import { HostBug } from '../errors.js';
import type { TextCodec } from '../text.js';
import type { HandleType } from '../wit/types.js';
import { Trap } from './errors.js';
import type { BorrowScope, ComponentInstance, ResourceHandleEntry, RuntimeResource } from './handles.js';

/** Turns reps into what the host holds, and back. `target` 'rep' (component to component) never asks. */
export interface HostHandles {
  /** A handle for the host. An own is the host's from now on; a borrow ends with the call. */
  lift(resource: RuntimeResource, rep: number, own: boolean, target: 'go' | 'js'): unknown;
  /** The rep of what the host gives: an own moves into the guest. @returns undefined when `value` is no such handle */
  lowerOwn(resource: RuntimeResource, value: unknown): number | undefined;
  lowerBorrow(resource: RuntimeResource, value: unknown): number | undefined;
}

/** Says why `value` is no handle that could be lowered to `type`, or null when it is one. */
export type HandleCheck = (type: HandleType, value: unknown) => string | null;

export type Realloc = (oldPtr: number, oldByteLength: number, alignment: number, byteLength: number) => number;

interface ContextOptions {
  readonly inst: ComponentInstance;
  readonly memory: WebAssembly.Memory | null;
  readonly realloc: Realloc | null;
  readonly text: TextCodec;
  readonly hostHandles: HostHandles;
  /** Indexed by `ResourceType.id`. */
  readonly resources: readonly RuntimeResource[];
}

/** Bytes of values that a guest may hand over in one call; small guests could otherwise name one list a million times. */
export const LIFT_BUDGET = 2 ** 30;

const NO_BYTES = new Uint8Array(0);
const NO_WORDS = new Int32Array(0);
const NO_VIEW = new DataView(new ArrayBuffer(0));

export class LiftLowerContext {
  readonly inst: ComponentInstance;
  readonly memory: WebAssembly.Memory | null;
  readonly realloc: Realloc | null;
  readonly text: TextCodec;
  readonly hostHandles: HostHandles;
  readonly resources: readonly RuntimeResource[];
  /** Views of the memory; stale (length 0) after it grew, until {@link sync}. */
  u8: Uint8Array = NO_BYTES;
  i32: Int32Array = NO_WORDS;
  view: DataView = NO_VIEW;
  /** Second result of lowering a string or list: its length as stored. */
  length = 0;
  /** What is left of LIFT_BUDGET in this call. */
  budget = LIFT_BUDGET;
  /** Set while a call with borrows is under way. */
  scope: BorrowScope | null = null;
  lenders: ResourceHandleEntry[] = [];
  /** Handles that the host has lowered since a call began, to take back when another argument does not fit. */
  readonly given: number[] = [];
  /** Where short strings are checked before they are copied. */
  readonly scratch: Uint8Array = new Uint8Array(SCRATCH_LENGTH);

  constructor(options: ContextOptions) {
    this.inst = options.inst;
    this.memory = options.memory;
    this.realloc = options.realloc;
    this.text = options.text;
    this.hostHandles = options.hostHandles;
    this.resources = options.resources;
  }

  /** Makes the views current. Called before memory is touched, after any guest code ran. */
  sync(): void {
    if (this.u8.length === 0 && this.memory !== null) this.refresh();
  }

  private refresh(): void {
    const buffer = this.memory?.buffer;
    if (buffer === undefined) throw new HostBug('a function that needs memory has none');
    this.u8 = new Uint8Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.view = new DataView(buffer);
  }

  /** Rule: `allocate`. @returns an aligned pointer to `byteLength` bytes inside memory */
  allocate(alignment: number, byteLength: number): number {
    return this.reallocate(0, 0, alignment, byteLength);
  }

  /**
   * Rule: `reallocate`, with the checks that the specification makes after every use of it.
   * @throws Trap `realloc-unaligned`, `realloc-out-of-bounds`
   */
  reallocate(oldPtr: number, oldByteLength: number, alignment: number, byteLength: number): number {
    const { inst, realloc } = this;
    if (realloc === null) throw new HostBug('a function that allocates has no realloc');
    inst.mayLeave = false;
    const ptr = realloc(oldPtr, oldByteLength, alignment, byteLength) >>> 0;
    inst.mayLeave = true;
    this.sync();
    if ((ptr & (alignment - 1)) !== 0) throw new Trap('realloc-unaligned', { ptr, alignment });
    const memorySize = this.u8.length;
    if (ptr + byteLength > memorySize) throw new Trap('realloc-out-of-bounds', { ptr, byteLength, memorySize });
    return ptr;
  }

  /** Takes back the handles that this call has lowered. */
  takeBack(): void {
    for (const index of this.given) this.inst.handles.remove(index);
    this.given.length = 0;
  }

  /** Takes `byteLength` from what this call may still hand over. */
  spend(byteLength: number): void {
    this.budget -= byteLength;
    if (this.budget < 0) throw new Trap('too-much-lifted', { limit: LIFT_BUDGET });
  }
}

/** Strings up to this many bytes are copied by hand; longer ones by the codec (measured: equal near 48). */
export const SCRATCH_LENGTH = 48;
