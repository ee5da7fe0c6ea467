/** `wasi:clocks`. Instants are nanoseconds of the host's monotonic clock, the same on every thread. */
import type { HostImportInterface } from '../component/types.js';
import { Pollable, type Readiness } from './poll.js';
import type { World } from './types.js';

const NS_PER_SECOND = 1_000_000_000n;
/** Of what `performance.now()` counts. */
const RESOLUTION_NS = 1000n;
/** Of `Date.now()`. */
const WALL_RESOLUTION_NS = 1_000_000n;

/** Ready from `whenNs` on. */
function timer(world: World, whenNs: bigint): Readiness {
  // A microsecond late at most, never early: the clock in ms is a float, the instant is not.
  const dueMs = Number(whenNs + RESOLUTION_NS) / 1e6;
  return { isReady: () => world.monotonicNs() >= whenNs, dueMs: () => dueMs, remote: () => null };
}

export function monotonicClock(world: World): HostImportInterface {
  return {
    now: () => world.monotonicNs(),
    resolution: () => RESOLUTION_NS,
    subscribeInstant: (when: bigint) => new Pollable(world, timer(world, when)),
    subscribeDuration: (duration: bigint) => new Pollable(world, timer(world, world.monotonicNs() + duration)),
  };
}

function datetime(ns: bigint): { readonly seconds: bigint; readonly nanoseconds: number } {
  return { seconds: ns / NS_PER_SECOND, nanoseconds: Number(ns % NS_PER_SECOND) };
}

export function wallClock(world: World): HostImportInterface {
  return { now: () => datetime(world.wallNs()), resolution: () => datetime(WALL_RESOLUTION_NS) };
}

/** Guests know no place, so their time is UTC. */
export function timezone(): HostImportInterface {
  return {
    display: () => ({ 'utc-offset': 0, name: 'UTC', 'in-daylight-saving-time': false }),
    utcOffset: () => 0,
  };
}
