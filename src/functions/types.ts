/** The function table as other rooms see it. `lua/` and `transport/` import these types and nothing else of this room. */
import type { ErrorKind } from '../errors.js';
import type { HttpCall } from '../io.js';
import type { ValueSink } from '../value-sink.js';
import type { ResourceHandle, Value, ValueMap } from '../values.js';

/** Who acts. */
export interface Actor {
  readonly id: string;
  readonly meta: ValueMap;
}

/** What the actor may do: IDs of policies. */
export interface Scope {
  readonly policies: readonly string[];
}

export interface CallProgress {
  hasStarted: () => boolean;
}

/** What a call carries and hands down to the calls it makes. Immutable. */
export interface CallContext {
  /** Cancelled callers cancel what they called. */
  readonly signal: AbortSignal | null;
  /** On the host's monotonic clock in ms, or null. The earlier of own and inherited. */
  readonly deadline: number | null;
  /** IDs of the functions that this call is inside of, outermost first. */
  readonly chain: readonly string[];
  /** Values of `with_context`, inherited. */
  readonly values: ValueMap;
  /** Who the call acts for and what that allows, inherited. */
  readonly actor?: Actor | null;
  readonly scope?: Scope | null;
  /** The call of a thread that it is part of: what is cancelled with that. */
  readonly threadCall?: number;
  /** The caller needs its answer at once and cannot wait for a promise: guests that wait hold their thread. Inherited. */
  readonly standing?: boolean;
  /** Of this call alone: whoever hands it over says here how to learn whether it runs yet. */
  readonly progress?: CallProgress;
  /** Of this call alone: how long it waited for its thread, in ms. */
  readonly queuedMs?: number;
  /** Options of `with_options` for this one call. */
  readonly options: CallOptions;
  /** Its caller would rather run it itself than hand it over, if it is known to be short. Not inherited. */
  readonly here?: boolean;
  /**
   * Somebody on this thread goes on meanwhile and may cancel it: it runs elsewhere, or here for a slice at a time. Inherited, but
   * not by what a caller stands still for.
   */
  readonly beside?: boolean;
  /** The thread of such a caller, where another one is looked for. Not inherited. */
  readonly besideThread?: number;
  /** The request that this call answers; calls that it makes do not have it. */
  readonly http?: HttpCall;
  /** Takes the resource handles that calls under this context answer with; absent: they are the caller's own affair. */
  readonly handles?: HandleReceiver;
}

/** What a call with an {@link HttpCall} answers with: the response, as far as the host does not have it. */
export interface HttpAnswer {
  /** The handler's result. */
  readonly value: Value;
  /** null: not set. */
  readonly status: number | null;
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** What is left of the body. */
  readonly body: Uint8Array;
  /** Something was written, be it nothing. */
  readonly written: boolean;
  /** The host has the head and maybe a part of the body. */
  readonly begun: boolean;
  /** The last write that was refused, by its method, and why; absent: none, or something was written since. */
  readonly refused?: string;
}

export interface HandleReceiver {
  adopt(handle: ResourceHandle): void;
}

export interface CallOptions {
  readonly timeoutMs?: number;
  /** A top-level result<T, E> comes back as a value or a thrown HostError. */
  readonly unwrap?: boolean;
  /** Instead of what the entry says; what it leaves open has the defaults. */
  readonly retry?: Partial<RetryPolicy>;
}

/** When a failed call is made again. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  readonly initialDelayMs: number;
  readonly maxDelayMs: number;
  readonly backoffFactor: number;
  /** 0.1: each delay is up to a tenth shorter or longer. */
  readonly jitter: number;
  /** Only these kinds, or null for all but the skipped. */
  readonly retryKinds: readonly ErrorKind[] | null;
  readonly skipKinds: readonly ErrorKind[];
}

export const ROOT_CONTEXT: CallContext = { signal: null, deadline: null, chain: [], values: {}, options: {} };

export interface FunctionCaller {
  /**
   * Calls a function by ID. Answers at once where nothing has to be waited for, with a promise otherwise; so a Lua caller
   * yields only when it must.
   * @throws HostError
   */
  call(id: string, args: readonly Value[], context: CallContext): Value | Promise<Value>;
  /** As {@link call}, for a caller that cannot yield: stands still until the answer is there, where that is possible. */
  callNow?(id: string, args: readonly Value[], context: CallContext): Value | Promise<Value>;
  /**
   * The way of a call that leaves its caller's thread in any case: its arguments are told part by part instead of being made into
   * values first. null: it is made by {@link call}.
   */
  sender?(id: string, args: number, context: CallContext): CallSender | null;
  /** For messages about arguments that cannot even leave their caller; null where a function has no types. */
  shapeOf?(id: string): FunctionShape | null;
}

/** Of one call; used at once, before anything else is called. */
export interface CallSender {
  /** Takes the arguments one after the other. @throws HostError for what stays on its thread */
  readonly sink: ValueSink<unknown, unknown>;
  /** Makes the call. @returns its answer, which may still be `Packed` */
  send(): Value | Promise<Value>;
}

/** What messages show of a function's types. */
export interface FunctionShape {
  readonly signature: string;
  /** Names, in order. */
  readonly parameters: readonly string[];
}

/** An entry made callable; the engine makes these, the function table holds them. */
export interface CallableFunction {
  readonly id: string;
  /** For messages and `list`: `transform-users: func(users: list<user>) -> list<user-view>`, or null for Lua. */
  readonly signature: string | null;
  /** The names of its parameters, where it has types. */
  readonly parameters?: readonly string[];
  call(args: readonly Value[], context: CallContext): Value | Promise<Value>;
  /** Frees instances, VMs. */
  close(): void | Promise<void>;
}
