/** A guest's function in the table: its pool in front, its errors explained behind. */
import { explainGuestError } from '../abi/guest-errors.js';
import type { Instance, LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { HostError } from '../errors.js';
import type { GuardTerms } from '../instrument/guard.js';
import type { Clock } from '../pool/clock.js';
import type { InstanceSource, Pool } from '../pool/types.js';
import type { Transport } from '../transport/transports.js';
import type { Value } from '../values.js';
import { canceled, isReentrant, timedOut } from './context.js';
import { defaultsOf } from './defaults.js';
import type { TableFunction } from './table.js';
import type { CallContext } from './types.js';
import { unwrapResult } from './unwrap.js';

export interface WasmFunctionMeans {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly pool: Pool<WasmSlot>;
  /** Where the time of the call that runs went besides its guest. */
  readonly spent?: () => { readonly queueMs: number; readonly waitMs: number };
  /** Whether the call that runs was cancelled; asked while its guest runs. */
  readonly isCancelled?: () => boolean;
}

export interface WasmFunction extends TableFunction {
  readonly compiled: CompiledFunction;
  /** Of instances, or of seats on threads. */
  readonly pool: Pool<unknown>;
}

/** An instance with what only its pool knows of it. */
export interface WasmSlot {
  readonly instance: Instance;
  /** It ran over a limit: not entered again. */
  spent: boolean;
  /** Its guard has the terms of a call. */
  armed: boolean;
}

export function wasmFunction(compiled: CompiledFunction, means: WasmFunctionMeans): WasmFunction {
  const { id, entry, signature } = compiled;
  const { pool } = means;
  const invoke = invoker(compiled, means);
  const returnsResult = compiled.export.function.type.result?.kind === 'result';
  const explain = (error: unknown): never => {
    throw explainGuestError(error, compiled);
  };

  function callAs(args: readonly Value[], context: CallContext, target: LiftTarget): Value | Promise<Value> {
    const finish = (result: Value): Value => {
      const answer = means.transport.toAnswer(result);
      return returnsResult && context.options.unwrap === true ? unwrapResult(answer, id) : answer;
    };
    const { signal, deadline } = context;
    try {
      // A handle's instance is pinned, out of its pool: the call goes to it, whichever entry of the binary made it.
      const holder = compiled.instanceFor(args);
      if (holder !== null)
        return finish(invoke({ instance: holder, spent: false, armed: true }, args, target, deadline));
      const admission = { reentrant: isReentrant(context), signal, deadline };
      const result = pool.run((slot) => invoke(slot, args, target, deadline), admission);
      return result instanceof Promise ? result.then(finish, explain) : finish(result);
    } catch (error) {
      return explain(error);
    }
  }

  return {
    id,
    signature,
    parameters: compiled.export.function.type.params.map((param) => param.name),
    compiled,
    pool,
    defaults: defaultsOf(entry.options),
    handles: compiled.givesHandles ? 'gives' : 'none',
    call: (args, context) => callAs(args, context, 'go'),
    callAs,
    close: () => pool.close(),
  };
}

type Invoke = (slot: WasmSlot, args: readonly Value[], target: LiftTarget, deadline: number | null) => Value;

const NEVER = Number.POSITIVE_INFINITY;

/**
 * The call into an instance: under the entry's limit, counted from here, and the caller's deadline. Where its guest cannot be
 * stopped, what comes after its time is thrown away with its instance.
 */
function invoker(compiled: CompiledFunction, means: WasmFunctionMeans): Invoke {
  const { clock, transport, isCancelled = () => false, spent = () => NOTHING_ELSE } = means;
  const { index } = compiled.export;
  const limitMs = compiled.entry.fields.limits.maxExecutionMs ?? NEVER;
  const now = () => clock.now();
  const unlimited: GuardTerms = { deadlineMs: NEVER, now, isCancelled };
  const call = (slot: WasmSlot, args: readonly Value[], target: LiftTarget): Value =>
    slot.instance.call(index, transport.toArguments(args), target);

  /** What ended the call, where that was not its guest. */
  const reason = (start: number, limitAt: number, deadline: number): HostError | null => {
    const end = clock.now();
    if (end < Math.min(limitAt, deadline)) return isCancelled() ? canceled(compiled.id) : null;
    const { queueMs, waitMs } = spent();
    const times = { queueMs, waitMs, guestMs: Math.max(0, end - start - waitMs) };
    if (limitAt <= deadline) return timedOut(compiled.id, 'max_execution_ms', limitMs, times);
    return timedOut(compiled.id, 'deadline', deadline - start, times);
  };
  return (slot, args, target, callerDeadline) => {
    const { instance } = slot;
    const deadline = callerDeadline ?? NEVER;
    if (limitMs === NEVER && deadline === NEVER) {
      if (slot.armed) instance.arm(unlimited);
      slot.armed = false;
      try {
        return call(slot, args, target);
      } catch (error) {
        throw instance.stopped === 'cancelled' ? canceled(compiled.id) : error;
      }
    }
    const start = clock.now();
    const limitAt = start + limitMs;
    instance.arm({ deadlineMs: Math.min(limitAt, deadline), now, isCancelled });
    slot.armed = true;
    let answer: Value;
    try {
      answer = call(slot, args, target);
    } catch (error) {
      const stopped = instance.stopped === 'deadline' || instance.stopped === 'cancelled';
      throw (stopped || !compiled.stoppable ? reason(start, limitAt, deadline) : null) ?? error;
    }
    const late = reason(start, limitAt, deadline);
    if (late === null) return answer;
    slot.spent = true;
    throw late;
  };
}

const NOTHING_ELSE = { queueMs: 0, waitMs: 0 };

export function wasmInstances(compiled: CompiledFunction): InstanceSource<WasmSlot> {
  return {
    create() {
      try {
        return { instance: compiled.newInstance(), spent: false, armed: false };
      } catch (error) {
        throw creationError(error, compiled);
      }
    },
    condition({ instance, spent }) {
      if (spent || instance.poisoned) return 'spent';
      return instance.liveHandles > 0 ? 'pinned' : 'reusable';
    },
    destroy() {
      // Nothing outside the instance refers to it: its memory goes with it.
    },
  };
}

/** V8 gives up on a new instance with a RangeError, when the process has no room for another memory. */
function creationError(error: unknown, compiled: CompiledFunction): unknown {
  if (!(error instanceof RangeError)) return error;
  const text = `${compiled.id}: no memory for another instance: ${error.message}`;
  return new HostError('Unavailable', text, { details: { function: compiled.id }, cause: error });
}
