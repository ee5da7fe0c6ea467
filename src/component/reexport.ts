/**
 * An import that a component exports again. No guest stands between caller and host, but the same checks and the same
 * shapes hold: values are lowered into a memory of its own and lifted from there, as if a guest had handed them on.
 */
import type { CoreFunction, LiftedCall } from '../abi/codegen.js';
import { type HostHandles, LiftLowerContext, type Realloc } from '../abi/context.js';
import { type ComponentInstance, HandleTable, type RuntimeResource } from '../abi/handles.js';
import { funcLayout, layoutOf } from '../abi/layout.js';
import { makeLift, makeLower } from '../abi/make.js';
import type { TextCodec } from '../text.js';
import type { FuncType } from '../wit/types.js';
import { hostCallee, type Wait } from './host-imports.js';
import type { LiftTarget } from './types.js';

const PAGE = 65536;

interface ReexportOptions {
  readonly type: FuncType;
  readonly target: LiftTarget;
  /** The host's function, taking an array of arguments. */
  readonly call: (args: readonly unknown[]) => unknown;
  /** What the import is called in messages. */
  readonly label: string;
  readonly fail: (thrown: unknown) => void;
  readonly text: TextCodec;
  readonly hostHandles: HostHandles;
  readonly resources: readonly RuntimeResource[];
  /** Waits for a promise that `call` answered with; null where nobody can. */
  readonly wait: Wait | null;
}

/** What stands in for a guest: a core function with its context. */
interface Reexport {
  readonly cx: LiftLowerContext;
  readonly core: CoreFunction;
  readonly lifted: LiftedCall;
}

export function reexport(options: ReexportOptions): Reexport {
  const { type, target, text, hostHandles, resources } = options;
  const { memory, realloc, empty } = makeHeap();
  const handles = new HandleTable();
  const inst: ComponentInstance = { path: '', parent: null, handles, mayEnter: true, mayLeave: true };
  const cx = new LiftLowerContext({ inst, memory, realloc, text, hostHandles, resources });
  const callee = hostCallee(options);
  const later = options.wait !== null;
  const lowered = makeLower(type, { encoding: 'utf8', target: 'js', later })(cx, callee);
  const resultLayout = type.result !== null && funcLayout(type).resultSpills ? layoutOf(type.result) : null;
  const core = (...flat: unknown[]): unknown => {
    const given = [...cx.given];
    // A lowered function takes where its result goes; a lifted one answers where it is.
    const place = resultLayout === null ? null : realloc(0, 0, resultLayout.alignment, resultLayout.byteSize);
    const done = (result: unknown): unknown => {
      dropBorrows(cx, given);
      return place ?? result;
    };
    const result: unknown = lowered(...flat, ...(place === null ? [] : [place]));
    return result instanceof Promise ? result.then(done) : done(result);
  };
  const lifted = makeLift(type, { encoding: 'utf8', target, later });
  return {
    cx,
    core,
    lifted: (...call) => {
      empty();
      return lifted(...call);
    },
  };
}

/** A memory that is filled from its start by each call. */
function makeHeap(): { readonly memory: WebAssembly.Memory; readonly realloc: Realloc; empty(): void } {
  const memory = new WebAssembly.Memory({ initial: 1 });
  let end = 0;
  const realloc: Realloc = (oldPtr, oldByteLength, alignment, byteLength) => {
    const ptr = Math.ceil(end / alignment) * alignment;
    const missing = ptr + byteLength - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    if (oldByteLength > 0) new Uint8Array(memory.buffer).copyWithin(ptr, oldPtr, oldPtr + oldByteLength);
    end = ptr + byteLength;
    return ptr;
  };
  return {
    memory,
    realloc,
    empty() {
      end = 0;
    },
  };
}

/** What a guest would do with the borrows that it was given. */
function dropBorrows(cx: LiftLowerContext, given: readonly number[]): void {
  for (const index of given) {
    const entry = cx.inst.handles.peek(index);
    if (entry === null || entry.own || entry.scope === null) continue;
    entry.scope.numBorrows -= 1;
    cx.inst.handles.remove(index);
  }
}
