/** A guest's function in the table: its pool in front, its errors explained behind. */
import { explainGuestError } from '../abi/guest-errors.js';
import type { LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { isProgram } from '../engine/programs.js';
import type { InstanceSource, Pool } from '../pool/types.js';
import type { Value } from '../values.js';
import type { World } from '../wasi/types.js';
import type { Invoke } from './call-terms.js';
import { isReentrant } from './context.js';
import { defaultsOf } from './defaults.js';
import { ranOver, SLICE_MS, SliceOver, sliceOver } from './habits.js';
import { invoker } from './invoke.js';
import type { CallMeter } from './meter.js';
import { makeAhead, makeInstance } from './new-instance.js';
import type { TableFunction } from './table.js';
import type { CallContext } from './types.js';
import { unwrapResult } from './unwrap.js';
import type { WasmFunctionMeans, WasmSlot } from './wasm-types.js';

export interface WasmFunction extends TableFunction {
  readonly compiled: CompiledFunction;
  /** Of instances, or of seats on threads. */
  readonly pool: Pool<unknown>;
}

/** Calls into instances of one function: what a guest returns as its caller gets it, and what its failures mean. */
interface GuestCalls {
  readonly invoke: Invoke;
  readonly finish: (result: Value, context: CallContext) => Value;
  readonly explain: (error: unknown) => never;
  close(): void;
}

function guestCalls(compiled: CompiledFunction, means: Omit<WasmFunctionMeans, 'pool'>): GuestCalls {
  const returnsResult = compiled.export.function.type.result?.kind === 'result';
  return {
    ...invoker(compiled, means),
    finish(result, { options }) {
      const answer = means.transport.toAnswer(result);
      return returnsResult && options.unwrap === true ? unwrapResult(answer, compiled.id) : answer;
    },
    explain(error) {
      throw explainGuestError(error, compiled);
    },
  };
}

/** For who keeps instances itself: a call into this one. Arguments hold no handles. @throws HostError */
export function instanceCaller(compiled: CompiledFunction, means: Omit<WasmFunctionMeans, 'pool'>): Invoke {
  const { invoke, finish, explain } = guestCalls(compiled, means);
  return (slot, args, target, context, sliceEnd) => {
    try {
      const result = invoke(slot, args, target, context, sliceEnd);
      if (result instanceof Promise) return result.then((each) => finish(each, context), explain);
      return finish(result, context);
    } catch (error) {
      return explain(error);
    }
  };
}

export function wasmFunction(compiled: CompiledFunction, means: WasmFunctionMeans): WasmFunction {
  const { id, entry, signature } = compiled;
  const { pool, clock, again = null } = means;
  const { invoke, finish, explain, close } = guestCalls(compiled, means);

  /** @throws SliceOver, where the call has to be made again: the instance is spent */
  const inSlice: Invoke = (slot, args, target, context) => {
    try {
      return invoke(slot, args, target, context, clock.now() + SLICE_MS);
    } catch (error) {
      throw ranOver(slot, error) ? sliceOver(slot) : error;
    }
  };

  function callAs(args: readonly Value[], context: CallContext, target: LiftTarget): Value | Promise<Value> {
    const run = again !== null && context.beside === true ? inSlice : invoke;
    const failed = (error: unknown) => (error instanceof SliceOver ? again!(args, context) : explain(error));
    try {
      // A handle's instance is pinned, out of its pool: the call goes to it, whichever entry of the binary made it.
      const holder = compiled.instanceFor(args);
      let result: Value | Promise<Value>;
      if (holder !== null) {
        const slot = {
          instance: holder,
          world: holder.companion as World | null,
          spent: false,
          armed: true,
          renews: false,
          counted: 0,
        };
        result = invoke(slot, args, target, context);
      } else {
        const { signal, deadline } = context;
        const admission = { reentrant: isReentrant(context), signal, deadline };
        result = pool.run((slot) => run(slot, args, target, context), admission);
      }
      return result instanceof Promise ? result.then((each) => finish(each, context), failed) : finish(result, context);
    } catch (error) {
      return failed(error);
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
    tellsTime: again !== null,
    call: (args, context) => callAs(args, context, 'go'),
    callAs,
    close() {
      pool.close();
      close();
    },
  };
}

/** Objects of the host that a guest may have open when its call has ended. */
const MAX_LEFT_OPEN = 10_000;

/**
 * Instances that see a world are made by their first call, which knows what its guest may see.
 *
 * @param renews what is let go of is put back to its beginning for the next one, where that is possible: for instances that
 * serve one call
 */
export function wasmInstances(
  compiled: CompiledFunction,
  meter: Pick<CallMeter, 'worked'> | null = null,
  renews = false,
): InstanceSource<WasmSlot> {
  let spare: Pick<WasmSlot, 'instance' | 'world'> | null = null;
  // What a program leaves behind is no place to start from again.
  const once = isProgram(compiled.export.path);
  return {
    create(ahead = false) {
      if (spare !== null) {
        const { instance, world } = spare;
        spare = null;
        return { instance, world, spent: false, armed: true, renews, counted: instance?.work() ?? 0 };
      }
      const slot: WasmSlot = { instance: null, world: null, spent: false, armed: false, renews, counted: 0 };
      // Where guest code runs before the first call, that is under the call's terms: the call makes the instance.
      if (compiled.needsWorld) return slot;
      if (!compiled.hasStart) makeInstance(slot, compiled, null);
      else if (ahead) makeAhead(slot, compiled);
      return slot;
    },
    condition(slot) {
      const { instance, spent } = slot;
      if (meter !== null && instance !== null) {
        const work = instance.work();
        meter.worked(work - slot.counted);
        slot.counted = work;
      }
      if (spent || once || instance?.poisoned === true) return 'spent';
      if ((instance?.liveHandles ?? 0) > 0) return 'pinned';
      // A guest that forgets to drop what it opens would fill the host call by call.
      return (instance?.hostObjects ?? 0) > MAX_LEFT_OPEN ? 'spent' : 'reusable';
    },
    destroy({ world, instance, spent, renews: again }) {
      // Folders are held open by their world: it goes.
      const keeps = again && !spent && !once && spare === null && (world?.spec.mounts.length ?? 0) === 0;
      if (keeps && instance?.renew() === true) {
        spare = { instance, world };
        return;
      }
      // Nothing outside the instance refers to it: its memory goes with it.
      world?.close();
    },
  };
}
