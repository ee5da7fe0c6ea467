/**
 * Calls that are known to be short, made on the host's thread for a slice (habits.ts): handing one over costs more than making it. Only
 * for guests that see nothing of the host, or whose world keeps back what they say until they have answered.
 */
import type { LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import type { Clock } from '../pool/clock.js';
import type { Transport } from '../transport/transports.js';
import type { Value } from '../values.js';
import type { Elsewhere, Seat } from './elsewhere.js';
import {
  learn,
  newAverage,
  OVER_MS,
  ranOver,
  SHORT_MS,
  SLICE_MS,
  SliceOver,
  sliceOver,
  usuallyBelow,
} from './habits.js';
import type { CallMeter } from './meter.js';
import type { CallContext } from './types.js';
import { instanceCaller, wasmInstances } from './wasm.js';
import type { WasmSlot } from './wasm-types.js';
import type { TrialWorlds } from './worlds.js';

/** Instances are made in these: longer. */
const TRIAL_SLICE_MS = 20;

export interface Nearby {
  /** Whether calls are short enough, as far as is known. */
  isShort(): boolean;
  /** Makes a call in the seat's instance, which is here from then on. @throws SliceOver, HostError */
  run(seat: Seat, args: readonly Value[], context: CallContext, target: LiftTarget): Value;
  /** Lets go of the seat's instance, if it is here. */
  forget(seat: Seat): void;
}

interface NearbyMeans {
  readonly clock: Clock;
  readonly transport: Transport;
  readonly elsewhere: Elsewhere;
  /** Instances serve more than one call. */
  readonly reuse: boolean;
  readonly meter: Pick<CallMeter, 'worked'>;
  /** For guests that answer requests: where they are tried; null: nowhere. */
  readonly trial?: TrialWorlds | null;
  /** Of running times in ms, shared with threads; 0 while unknown. */
  readonly average: SharedArrayBuffer;
}

/** What is known of a guest's calls. */
interface Habits {
  isShort(): boolean;
  /** A call was made here. */
  ended(ms: number): void;
  /** A call had to be made elsewhere. */
  left(): void;
}

/** null for guests whose calls cannot be made twice, or not be stopped. */
export function nearbyRunner(compiled: CompiledFunction, means: NearbyMeans): Nearby | null {
  const { clock, transport, elsewhere, reuse, meter, trial = null } = means;
  if (trial === null ? !compiled.repeatable : !compiled.stoppable) return null;
  const habits = trial === null ? sharedHabits(new Float64Array(means.average)) : triedHabits();
  const source = wasmInstances(compiled, meter, !reuse);
  const slots = new Map<number, WasmSlot>();
  const call = instanceCaller(compiled, { clock, transport, ...(trial === null ? {} : { worlds: trial }) });

  const slotOf = (seat: Seat): WasmSlot => {
    const known = slots.get(seat.number);
    if (known !== undefined) return known;
    if (seat.thread !== null) elsewhere.forget(compiled.id, seat);
    seat.thread = null;
    const made = source.create() as WasmSlot;
    if (reuse) slots.set(seat.number, made);
    return made;
  };
  const over = (slot: WasmSlot) => {
    habits.left();
    return sliceOver(slot);
  };
  return {
    isShort: () => habits.isShort(),
    run(seat, args, context, target) {
      const start = clock.now();
      const sliceEnd = start + (trial === null ? SLICE_MS : TRIAL_SLICE_MS);
      const slot = slotOf(seat);
      trial?.begin();
      try {
        const answer = call(slot, args, target, context, sliceEnd) as Value;
        if (trial?.hasLeft() === true) throw over(slot);
        habits.ended(clock.now() - start);
        trial?.keep();
        return answer;
      } catch (error) {
        if (error instanceof SliceOver) throw error;
        if (trial?.hasLeft() === true || ranOver(slot, error)) throw over(slot);
        trial?.keep();
        throw error;
      } finally {
        const spent = source.condition(slot) === 'spent';
        if (spent) {
          seat.spent = true;
          slots.delete(seat.number);
        }
        if (spent || !reuse) source.destroy(slot);
      }
    },
    forget: ({ number }) => void slots.delete(number),
  };
}

/** One slow call says little: its thread may have waited for a core. So it counts as no more than this. */
const SLOWEST_MS = { shared: 0.6, tried: 1.5 };

/** Threads learn, too: a guest is short once some call of it was. */
function sharedHabits(average: Float64Array): Habits {
  return {
    isShort: () => usuallyBelow(average, SHORT_MS),
    ended: (ms) => learn(average, Math.min(ms, SLOWEST_MS.shared)),
    left: () => learn(average, OVER_MS),
  };
}

/** With an instance for every request, handing one over still costs more than this. */
const TRIED_MS = 0.8;
const MOST_CALLS = 256;

/** It is tried, and after each try that failed not for twice as many calls as the time before. */
function triedHabits(): Habits {
  let averageMs = 0;
  let elsewhere = 0;
  let next = 1;
  const left = () => {
    averageMs = 0;
    elsewhere = next;
    next = Math.min(MOST_CALLS, next * 2);
  };
  return {
    isShort: () => elsewhere-- <= 0,
    ended(ms) {
      averageMs = newAverage(averageMs, Math.min(ms, SLOWEST_MS.tried));
      if (averageMs >= TRIED_MS) left();
      else if (next > 1) next >>= 1;
    },
    left,
  };
}
