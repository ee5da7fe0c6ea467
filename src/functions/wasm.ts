/** A guest's function in the table: its pool in front, its errors explained behind. */
import type { Instance, LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compile.js';
import { HostError } from '../errors.js';
import type { Clock } from '../pool/clock.js';
import { poolPolicy } from '../pool/policy.js';
import { createPool } from '../pool/pool.js';
import type { InstanceSource, Pool } from '../pool/types.js';
import type { Transport } from '../transport/transports.js';
import type { Value } from '../values.js';
import { isReentrant, timedOut } from './context.js';
import { defaultsOf } from './defaults.js';
import { explainGuestError } from './guest-errors.js';
import type { TableFunction } from './table.js';
import type { CallContext } from './types.js';
import { unwrapResult } from './unwrap.js';

export interface WasmFunctionMeans {
  readonly clock: Clock;
  /** How many calls the machine can run at once. */
  readonly cores: number;
  readonly transport: Transport;
}

export interface WasmFunction extends TableFunction {
  readonly compiled: CompiledFunction;
  readonly pool: Pool<Slot>;
}

/** An instance with what only its pool knows of it. */
interface Slot {
  readonly instance: Instance;
  /** It ran over a limit: not entered again. */
  spent: boolean;
}

export function wasmFunction(compiled: CompiledFunction, means: WasmFunctionMeans): WasmFunction {
  const { id, entry, signature } = compiled;
  const pool = createPool(poolPolicy(entry.fields.pool, means.cores), instancesOf(compiled), means.clock);
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
      if (holder !== null) return finish(invoke({ instance: holder, spent: false }, args, target));
      const admission = { reentrant: isReentrant(context), signal, deadline };
      const result = pool.run((slot) => invoke(slot, args, target), admission);
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

type Invoke = (slot: Slot, args: readonly Value[], target: LiftTarget) => Value;

/**
 * The call into an instance, under the entry's limit. The guest cannot be stopped where it runs yet: what comes after its time
 * is thrown away with its instance.
 */
function invoker(compiled: CompiledFunction, { clock, transport }: WasmFunctionMeans): Invoke {
  const { index } = compiled.export;
  const call: Invoke = (slot, args, target) => slot.instance.call(index, transport.toArguments(args), target);
  const limitMs = compiled.entry.fields.limits.maxExecutionMs;
  if (limitMs === null) return call;
  return (slot, args, target) => {
    const start = clock.now();
    try {
      return call(slot, args, target);
    } finally {
      const guestMs = clock.now() - start;
      if (guestMs > limitMs) {
        slot.spent = true;
        // biome-ignore lint/correctness/noUnsafeFinally: the limit wins over whatever came after it
        throw timedOut(compiled.id, 'max_execution_ms', limitMs, { queueMs: 0, guestMs, waitMs: 0 });
      }
    }
  };
}

function instancesOf(compiled: CompiledFunction): InstanceSource<Slot> {
  return {
    create() {
      try {
        return { instance: compiled.newInstance(), spent: false };
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
