/** Where a call's guest finds its world: resolved for the call, opened for the instance, compared before an instance serves again. */
import type { HttpCall } from '../io.js';
import type { Value } from '../values.js';
import type { World, WorldCall, WorldSpec } from '../wasi/types.js';
import type { CallContext, FunctionCaller } from './types.js';

/** Makes worlds for the instances of one function on one thread. */
export interface Worlds {
  /**
   * What the guest of this call may see: its environment is resolved here.
   * @throws HostError NotFound (a required variable is missing): the guest does not run
   */
  specFor(context: CallContext): WorldSpec | Promise<WorldSpec>;
  /** A world for a new instance. */
  open(spec: WorldSpec): World;
  /** Whom guests call by `wippy:runtime/funcs`. */
  readonly functions: FunctionCaller;
  /** What `wasi:http/incoming-handler` is called with for a request. */
  serve(world: World, http: HttpCall): ServedCall;
}

/** Worlds whose guests are tried: nothing that they say is seen before it is kept, and what cannot wait for that ends the try. */
export interface TrialWorlds extends Worlds {
  /** Begins a try; no other one is under way. */
  begin(): void;
  /** Whether its guest wanted what it cannot have here: it has to run elsewhere, and nothing of it was seen. */
  hasLeft(): boolean;
  /** Lets out what the guest has said. */
  keep(): void;
}

/** A request on its way through a guest. */
export interface ServedCall {
  readonly args: readonly Value[];
  /** Once the guest has returned: whether it answered. @throws HostError, where it said that it has no answer */
  answered(): boolean;
}

/** Two calls may share an instance when they would see the same. */
export function sameSpec(one: WorldSpec, other: WorldSpec): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/**
 * How the guest of a call calls others: inside its chain, and no longer than it may run itself. A guest that cannot suspend at
 * that moment has its thread stand still for the answer.
 *
 * @param deadline of the guest, on the host's clock in ms; Infinity for none
 */
export function guestCaller(
  functions: FunctionCaller,
  context: CallContext,
  deadline: number,
  maySuspend: () => boolean,
): WorldCall['callFunction'] {
  let made: CallContext | null = null;
  return (id: string, args: readonly Value[]) => {
    // Most guests call nobody.
    made ??= innerContext(context, deadline);
    const inner = made;
    if (maySuspend() || functions.callNow === undefined) return functions.call(id, args, inner);
    return functions.callNow(id, args, inner);
  };
}

function innerContext(context: CallContext, deadline: number): CallContext {
  // The request is answered by this guest, not by those it calls.
  const { http: _, ...outer } = context;
  return { ...outer, deadline: deadline === Number.POSITIVE_INFINITY ? null : deadline, options: {} };
}
