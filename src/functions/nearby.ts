/**
 * Calls that are known to be short, made on the host's thread for a slice (habits.ts): handing one over costs more than making it. Only
 * for guests that see nothing of the host, or whose world keeps back what they say until they have answered.
 */
import type { LiftTarget } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import type { Clock } from '../pool/clock.js';
import type { InstanceSource } from '../pool/types.js';
import type { Transport } from '../transport/transports.js';
import type { Value } from '../values.js';
import type { Invoke } from './call-terms.js';
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

/** One guest here. */
interface Near extends Pick<NearbyMeans, 'clock' | 'elsewhere' | 'reuse'> {
  readonly id: string;
  readonly trial: TrialWorlds | null;
  readonly habits: Habits;
  readonly source: InstanceSource<WasmSlot>;
  /** By the number of their seat. */
  readonly slots: Map<number, WasmSlot>;
  readonly call: Invoke;
}

/** null for guests whose calls cannot be made twice, or not be stopped. */
export function nearbyRunner(compiled: CompiledFunction, means: NearbyMeans): Nearby | null {
  const { clock, transport, elsewhere, reuse, meter, trial = null } = means;
  if (trial === null ? !compiled.repeatable : !compiled.stoppable) return null;
  const near: Near = {
    clock,
    elsewhere,
    reuse,
    id: compiled.id,
    trial,
    habits: trial === null ? sharedHabits(new Float64Array(means.average)) : triedHabits(),
    source: wasmInstances(compiled, meter, !reuse),
    slots: new Map(),
    call: instanceCaller(compiled, { clock, transport, ...(trial === null ? {} : { worlds: trial }) }),
  };
  return {
    isShort: () => near.habits.isShort(),
    run: (seat, args, context, target) => run(near, seat, args, context, target),
    forget: ({ number }) => void near.slots.delete(number),
  };
}

function run(near: Near, seat: Seat, args: readonly Value[], context: CallContext, target: LiftTarget): Value {
  const { clock, trial, habits, call } = near;
  const start = clock.now();
  const sliceEnd = start + (trial === null ? SLICE_MS : TRIAL_SLICE_MS);
  const slot = slotOf(near, seat);
  trial?.begin();
  try {
    const answer = call(slot, args, target, context, sliceEnd) as Value;
    if (trial?.hasLeft() === true) throw over(near, slot);
    habits.ended(clock.now() - start);
    trial?.keep();
    return answer;
  } catch (error) {
    if (error instanceof SliceOver) throw error;
    if (trial?.hasLeft() === true || ranOver(slot, error)) throw over(near, slot);
    trial?.keep();
    throw error;
  } finally {
    giveBack(near, seat, slot);
  }
}

function slotOf({ slots, elsewhere, id, source, reuse }: Near, seat: Seat): WasmSlot {
  const known = slots.get(seat.number);
  if (known !== undefined) return known;
  if (seat.thread !== null) elsewhere.forget(id, seat);
  seat.thread = null;
  const made = source.create() as WasmSlot;
  if (reuse) slots.set(seat.number, made);
  return made;
}

function giveBack({ source, slots, reuse }: Near, seat: Seat, slot: WasmSlot): void {
  const spent = source.condition(slot) === 'spent';
  if (spent) {
    seat.spent = true;
    slots.delete(seat.number);
  }
  if (spent || !reuse) source.destroy(slot);
}

function over({ habits }: Near, slot: WasmSlot): SliceOver {
  habits.left();
  return sliceOver(slot);
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
