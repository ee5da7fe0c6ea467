/**
 * Calls that are known to be short, made on the host's thread: handing one over costs more than making it. Only for guests that
 * see nothing of the host: one that runs longer than its slice here is stopped, and its call made again on a call thread, where
 * nobody waits for the rest. So however a guest behaves, it holds the host up for a few slices and no more.
 */
import type { LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { HostError } from '../errors.js';
import type { Clock } from '../pool/clock.js';
import type { Pool } from '../pool/types.js';
import type { Transport } from '../transport/transports.js';
import type { Value } from '../values.js';
import type { Elsewhere, Seat } from './elsewhere.js';
import type { CallContext } from './types.js';
import { wasmFunction, wasmInstances } from './wasm.js';
import type { WasmSlot } from './wasm-types.js';

/** Guests that run shorter than this, on average, are short. */
const SHORT_MS = 0.2;
const SLICE_MS = 5;
/** What a call that ran over its slice counts as: the average needs many short ones to come back from it. */
const OVER_MS = 100;
/** Weight of the newest call in the average. */
const NEWEST = 0.2;

/** A call ran over its slice; nothing of it was seen. */
class SliceOver extends Error {
  override readonly name = 'SliceOver';
}

export interface Nearby {
  /** Whether calls are short enough, as far as is known. */
  isShort(): boolean;
  /** Makes a call in the seat's instance, which is here from then on. @throws SliceOver, HostError */
  run(seat: Seat, args: readonly Value[], context: CallContext, target: LiftTarget): Value;
  isOver(thrown: unknown): boolean;
  /** Lets go of the seat's instance, if it is here. */
  forget(seat: Seat): void;
}

interface NearbyMeans {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly elsewhere: Elsewhere;
  /** Instances serve more than one call. */
  readonly reuse: boolean;
  /** Of running times in ms, shared with threads; 0 while unknown. */
  readonly average: SharedArrayBuffer;
}

/** null for guests whose calls cannot be made twice, or not be stopped. */
export function nearbyRunner(compiled: CompiledFunction, means: NearbyMeans): Nearby | null {
  if (!compiled.stoppable || compiled.needsWorld || compiled.waits || compiled.imports.length > 0) return null;
  const { clock, transport, elsewhere, reuse } = means;
  const average = new Float64Array(means.average);
  const source = wasmInstances(compiled, null, !reuse);
  const slots = new Map<number, WasmSlot>();
  let current: WasmSlot | null = null;
  const local = wasmFunction(compiled, { clock, transport, pool: poolOfOne(() => current!) });

  const slotOf = (seat: Seat): WasmSlot => {
    const known = slots.get(seat.number);
    if (known !== undefined) return known;
    if (seat.thread !== null) elsewhere.forget(compiled.id, seat);
    seat.thread = null;
    const made = source.create() as WasmSlot;
    if (reuse) slots.set(seat.number, made);
    return made;
  };
  const learn = (ms: number) => {
    const before = average[0]!;
    average[0] = before === 0 ? ms : before + (ms - before) * NEWEST;
  };
  return {
    isShort: () => average[0]! > 0 && average[0]! < SHORT_MS,
    run(seat, args, context, target) {
      const start = clock.now();
      const slice = start + SLICE_MS;
      const bounded = context.deadline === null || context.deadline > slice;
      const slot = slotOf(seat);
      const before = current;
      current = slot;
      try {
        const answer = local.callAs(args, bounded ? { ...context, deadline: slice } : context, target) as Value;
        learn(clock.now() - start);
        return answer;
      } catch (error) {
        if (!bounded || !endedBySlice(error)) throw error;
        learn(OVER_MS);
        throw new SliceOver();
      } finally {
        current = before;
        if (source.condition(slot) === 'spent') {
          seat.spent = true;
          slots.delete(seat.number);
        }
        if (!reuse) source.destroy(slot);
      }
    },
    isOver: (thrown) => thrown instanceof SliceOver,
    forget: ({ number }) => void slots.delete(number),
  };
}

/** The slice is the only deadline that was earlier than the call's own. */
function endedBySlice(error: unknown): boolean {
  return error instanceof HostError && error.kind === 'Timeout' && error.details?.limit === 'deadline';
}

/** A pool that has the instance which is to run next. */
function poolOfOne(next: () => WasmSlot): Pool<WasmSlot> {
  const stats = { running: 0, idle: 0, queued: 0, pinned: 0, heldBack: 0, created: 0, destroyed: 0 };
  return {
    run: (job) => job(next()),
    warm() {},
    hasRoom: () => true,
    stats: () => stats as ReturnType<Pool<WasmSlot>['stats']>,
    close() {},
  };
}
