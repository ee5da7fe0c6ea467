/**
 * `wasi:io/poll`: what a guest waits for. Time and what this thread knows by itself cost nothing; everything that only the
 * host's thread can tell is asked for in one question, however many there are.
 */
import type { HostImportInterface } from '../component/types.js';
import { after, type Later, until } from './later.js';
import type { World } from './types.js';

/** What makes a pollable ready. */
export interface Readiness {
  /** Whether it is ready, as far as this thread knows. Asks nobody and never waits. */
  isReady(): boolean;
  /** When time alone makes it ready, in ms on the host's monotonic clock; Infinity: never. */
  dueMs(): number;
  /** The number under which the operation `net.poll` knows it, or null where the host's thread knows nothing of it. */
  remote(): number | null;
}

/** Files and standard streams never keep anybody waiting. */
export const ALWAYS_READY: Readiness = {
  isReady: () => true,
  dueMs: () => Number.POSITIVE_INFINITY,
  remote: () => null,
};

/** The readiness of what `find` gives when somebody looks; where that is nothing, nobody is kept waiting. */
export function following(find: () => { readonly readiness: Readiness } | null): Readiness {
  const now = () => find()?.readiness ?? ALWAYS_READY;
  return { isReady: () => now().isReady(), dueMs: () => now().dueMs(), remote: () => now().remote() };
}

/** What a wait needs of its world. */
export type Waiter = Pick<World, 'wait' | 'monotonicNs'>;

const NS_PER_MS = 1e6;

/** The resource `pollable`. A class, as resources are found by their class. */
export class Pollable {
  readonly readiness: Readiness;
  private readonly world: Waiter;

  constructor(world: Waiter, readiness: Readiness) {
    this.world = world;
    this.readiness = readiness;
  }

  ready(): Later<boolean> {
    if (this.readiness.isReady()) return true;
    const remote = this.readiness.remote();
    return remote === null ? false : after(askWhich(this.world, [remote], 0), (ids) => ids.has(remote));
  }

  block(): Later<void> {
    return after(waitForAny(this.world, [this.readiness]), () => {});
  }
}

/**
 * Waits until at least one is ready.
 * @returns the places of all that are, in order
 */
export function waitForAny(world: Waiter, all: readonly Readiness[]): Later<number[]> {
  return until(() => waitOnce(world, all));
}

/** Waits once. @returns undefined where that was too short */
function waitOnce(world: Waiter, all: readonly Readiness[]): Later<number[] | undefined> {
  const ready: number[] = [];
  const remotes = new Set<number>();
  let dueMs = Number.POSITIVE_INFINITY;
  for (const [place, each] of all.entries()) {
    const remote = each.remote();
    if (each.isReady()) ready.push(place);
    else if (remote !== null) remotes.add(remote);
    dueMs = Math.min(dueMs, each.dueMs());
  }
  if (remotes.size === 0) {
    return ready.length > 0 ? ready : after(world.wait.sleep(dueMs), () => undefined);
  }
  // Also asked when something is ready already: what always is must not starve the others.
  const answer = askWhich(world, [...remotes], ready.length > 0 ? 0 : leftMs(world, dueMs));
  return after(answer, (ids) => {
    const found = all.flatMap((each, place) => (each.isReady() || ids.has(each.remote() ?? -1) ? [place] : []));
    return found.length > 0 ? found : undefined;
  });
}

function leftMs(world: Waiter, dueMs: number): number | null {
  return dueMs === Number.POSITIVE_INFINITY ? null : Math.max(0, dueMs - Number(world.monotonicNs()) / NS_PER_MS);
}

/** @param timeoutMs null: until one is ready */
function askWhich(world: Waiter, remotes: readonly number[], timeoutMs: number | null): Later<ReadonlySet<number>> {
  return after(
    world.wait.ask('net.poll', [...remotes], timeoutMs),
    (ids) => new Set((ids as readonly number[]).map(Number)),
  );
}

export function pollInterface(world: World): HostImportInterface {
  return {
    Pollable,
    poll(pollables: readonly Pollable[]): Later<number[]> {
      if (pollables.length === 0) throw new Error('the list of pollables is empty: it would wait for ever');
      return waitForAny(
        world,
        pollables.map((each) => each.readiness),
      );
    },
  };
}
