/** A guest without a binary: memory, a bump allocator that writes down its calls, and core functions that hand over what they are given. */
import type { Callee, LiftedCall, LowerFactory } from '../../src/abi/codegen.js';
import { LiftLowerContext } from '../../src/abi/context.js';
import { Trap } from '../../src/abi/errors.js';
import type { GenOptions } from '../../src/abi/gen-context.js';
import { type ComponentInstance, HandleTable } from '../../src/abi/handles.js';
import { type CoreType, coreSignature, funcLayout, layoutOf } from '../../src/abi/layout.js';
import { MISMATCH } from '../../src/abi/numbers.js';
import { nodeText } from '../../src/text-node.js';
import type { FuncType, ValType } from '../../src/wit/types.js';

type ReallocCall = readonly [oldPtr: number, oldByteLength: number, alignment: number, byteLength: number, ptr: number];

interface Rig {
  readonly cx: LiftLowerContext;
  readonly memory: WebAssembly.Memory;
  readonly reallocs: ReallocCall[];
}

const PAGE = 65536;
/** Where the heap starts; below it nothing is written. */
export const HEAP_START = 16;

/** A bump allocator as definitions.py's own tests have it: a block that grows or shrinks moves to the end. */
export function makeRig(): Rig {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const reallocs: ReallocCall[] = [];
  let end = HEAP_START;
  const realloc = (oldPtr: number, oldByteLength: number, alignment: number, byteLength: number): number => {
    let ptr = oldPtr;
    if (byteLength > oldByteLength || oldByteLength === 0) {
      ptr = Math.ceil(end / alignment) * alignment;
      end = ptr + byteLength;
      while (end > memory.buffer.byteLength) memory.grow(Math.ceil((end - memory.buffer.byteLength) / PAGE));
      new Uint8Array(memory.buffer).copyWithin(ptr, oldPtr, oldPtr + oldByteLength);
    }
    reallocs.push([oldPtr, oldByteLength, alignment, byteLength, ptr]);
    return ptr;
  };
  const inst: ComponentInstance = {
    path: '$rig',
    parent: null,
    handles: new HandleTable(),
    mayEnter: true,
    mayLeave: true,
  };
  const hostHandles = { lift: () => undefined, lowerOwn: () => undefined, lowerBorrow: () => undefined };
  const cx = new LiftLowerContext({ inst, memory, realloc, text: nodeText(), hostHandles, resources: [] });
  return { cx, memory, reallocs };
}

export type Core = number | bigint;

export interface Backend {
  lift(type: FuncType, options: GenOptions): LiftedCall;
  lower(type: FuncType, options: GenOptions): LowerFactory;
}

/** Core values as bits, so that signed and unsigned spellings of one i32 are equal. */
function bitsOf(core: Core, type: CoreType): string {
  if (type === 'i32') return `i32 ${Number(core) >>> 0}`;
  if (type === 'i64') return `i64 ${BigInt.asUintN(64, core as bigint)}`;
  const view = new DataView(new ArrayBuffer(8));
  if (type === 'f32') view.setFloat32(0, core as number);
  else view.setFloat64(0, core as number);
  return `${type} ${Buffer.from(view.buffer, 0, type === 'f32' ? 4 : 8).toString('hex')}`;
}

/** What becomes of a value that JavaScript hands to WebAssembly, or gets from it. */
function throughCore(core: Core, type: CoreType): Core {
  if (type === 'i32') return (core as number) | 0;
  if (type === 'i64') return BigInt.asIntN(64, core as bigint);
  return type === 'f32' ? Math.fround(core as number) : core;
}

function heapOf(rig: Rig): string {
  const end = Math.max(HEAP_START, ...rig.reallocs.map(([, , , byteLength, ptr]) => ptr + byteLength));
  return Buffer.from(rig.memory.buffer, HEAP_START, end - HEAP_START).toString('hex');
}

/** `run`, with what it ends in as data: a mismatch, a trap, or its value. */
function outcome(run: () => unknown): unknown {
  try {
    return { value: run() };
  } catch (thrown) {
    if (thrown === MISMATCH) return { mismatch: true };
    if (thrown instanceof Trap) return { trap: thrown.code, facts: thrown.facts };
    throw thrown;
  }
}

/** `func(x: T)`: what lowering `value` hands to a guest. */
export function lowerArgument(backend: Backend, type: ValType, value: unknown, options: GenOptions) {
  const rig = makeRig();
  const func: FuncType = { params: [{ name: 'x', type }], result: null };
  const flatTypes = coreSignature(func, 'lift').params;
  let flat: Core[] = [];
  const core = (...given: Core[]): void => {
    flat = given.map((each, i) => throughCore(each, flatTypes[i] as CoreType));
  };
  const ends = outcome(() => backend.lift(func, options)(rig.cx, core, null, [value], null));
  return {
    rig,
    flat,
    seen: {
      ends,
      flat: flat.map((each, i) => bitsOf(each, flatTypes[i] as CoreType)),
      reallocs: rig.reallocs,
      heap: heapOf(rig),
    },
  };
}

/** `func(x: T)` imported by a guest: what the host gets when it is called with core values. */
export function liftArgument(
  backend: Backend,
  type: ValType,
  rig: Rig,
  flat: readonly Core[],
  options: GenOptions,
): unknown {
  let got: unknown;
  const callee: Callee = {
    enter() {},
    leave() {},
    fail() {},
    call(args, resolve) {
      got = args[0];
      return resolve(undefined);
    },
  };
  const func: FuncType = { params: [{ name: 'x', type }], result: null };
  const ends = outcome(() => backend.lower(func, options)(rig.cx, callee)(...flat));
  return { ends, got };
}

/** `func() -> T` imported by a guest: what it gets when the host answers `value`. */
export function lowerResult(backend: Backend, type: ValType, value: unknown, options: GenOptions) {
  const rig = makeRig();
  const func: FuncType = { params: [], result: type };
  const callee: Callee = { enter() {}, leave() {}, fail() {}, call: (_, resolve) => resolve(value) };
  const { byteSize, alignment } = layoutOf(type);
  const spills = funcLayout(func).resultSpills;
  const ptr = spills ? rig.cx.allocate(alignment, byteSize) : 0;
  const make = backend.lower(func, options);
  const ends = outcome(() => {
    const result = make(rig.cx, callee)(...(spills ? [ptr] : []));
    return spills ? undefined : bitsOf(result, layoutOf(type).flat[0] as CoreType);
  });
  return { rig, ptr, seen: { ends, reallocs: rig.reallocs, heap: heapOf(rig) } };
}

/** `func() -> T` of a guest: what the host gets when the guest answers `core`. */
export function liftResult(backend: Backend, type: ValType, rig: Rig, core: Core, options: GenOptions): unknown {
  const func: FuncType = { params: [], result: type };
  return outcome(() => backend.lift(func, options)(rig.cx, () => core, null, [], null));
}
