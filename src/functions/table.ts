/** The function table: an ID in, an answer out. Everything that is callable stands here, whatever it is written in. */
import type { LiftTarget } from '../component/types.js';
import { HostBug, HostError, toHostError } from '../errors.js';
import type { Clock } from '../pool/clock.js';
import type { Value } from '../values.js';
import { enterCall, raceEnd } from './context.js';
import { unknownTarget } from './ids.js';
import { type RetryPolicy, withRetry } from './retry.js';
import type { CallableFunction, CallContext, FunctionCaller } from './types.js';

/** A function with what the table needs to know of it. */
export interface TableFunction extends CallableFunction {
  /** Of `meta.options`; null: one attempt. */
  readonly retry: RetryPolicy | null;
  /** Answers in the form that `target` asks for. */
  callAs(args: readonly Value[], context: CallContext, target: LiftTarget): Value | Promise<Value>;
}

export interface FunctionTable extends FunctionCaller {
  /** As {@link FunctionCaller.call}, with the answer in the form of `target`: 'js' for TypeScript callers. */
  callAs(id: string, args: readonly Value[], context: CallContext, target: LiftTarget): Value | Promise<Value>;
  get(id: string): TableFunction | undefined;
  /** In the order of their registration. */
  ids(): readonly string[];
  /** Refuses further calls and frees every function. */
  close(): Promise<void>;
}

export interface TableOptions {
  readonly functions: Iterable<TableFunction>;
  readonly clock: Clock;
  /** 0 ≤ x < 1, for the jitter of retries. */
  readonly random: () => number;
}

/** @throws HostBug when two functions have one ID: the registry has refused that */
export function createFunctionTable({ functions, clock, random }: TableOptions): FunctionTable {
  const table = new Map<string, TableFunction>();
  for (const each of functions) {
    if (table.has(each.id)) throw new HostBug(`two functions are called ${each.id}`);
    table.set(each.id, each);
  }
  let closed = false;

  function callOnce(fn: TableFunction, args: readonly Value[], context: CallContext, target: LiftTarget) {
    const inner = enterCall(fn.id, context, clock);
    const { unwrap } = context.options;
    const answer = fn.callAs(args, unwrap === undefined ? inner : { ...inner, options: { unwrap } }, target);
    return answer instanceof Promise ? raceEnd(fn.id, answer, context, inner, clock) : answer;
  }

  function callAs(
    id: string,
    args: readonly Value[],
    context: CallContext,
    target: LiftTarget,
  ): Value | Promise<Value> {
    const fn = table.get(id);
    if (fn === undefined) throw unknownTarget(id, () => table.keys());
    if (closed) throw new HostError('Unavailable', `${id}: the host is closed`, { retryable: false });
    if (fn.retry !== null) {
      return withRetry(fn.retry, () => callOnce(fn, args, context, target), { clock, random, signal: context.signal });
    }
    try {
      const answer = callOnce(fn, args, context, target);
      return answer instanceof Promise ? answer.catch(rethrow) : answer;
    } catch (error) {
      return rethrow(error);
    }
  }

  return {
    call: (id, args, context) => callAs(id, args, context, 'go'),
    callAs,
    get: (id) => table.get(id),
    ids: () => [...table.keys()],
    async close() {
      closed = true;
      await Promise.all([...table.values()].map((each) => each.close()));
    },
  };
}

function rethrow(error: unknown): never {
  if (error instanceof HostBug) throw error;
  throw toHostError(error);
}
