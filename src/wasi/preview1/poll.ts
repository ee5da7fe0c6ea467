/** `poll_oneoff`: waits for clocks and descriptors. Files and standard outputs are always ready, so only time and the standard input make anyone wait. */
import { after, type Later } from '../later.js';
import { ALWAYS_READY, type Readiness, waitForAny } from '../poll.js';
import type { World } from '../types.js';
import type { Descriptors } from './descriptors.js';
import { errnoOf, refuse, SUCCESS } from './errno.js';
import type { Guest } from './guest.js';
import type { Memory } from './memory.js';
import { CLOCK, checkClock } from './process.js';

const SUBSCRIPTION_BYTES = 48;
const EVENT_BYTES = 32;
const MAX_SUBSCRIPTIONS = 16384;
const KIND = { clock: 0, read: 1, write: 2 } as const;
const ABSOLUTE = 1;
/** How early `Number(ns)` may be. */
const ROUNDING_NS = 1000n;

interface Subscription {
  readonly userData: bigint;
  readonly kind: number;
  readonly readiness: Readiness;
  readonly errno: number;
  /** Bytes that are there, as far as is known. */
  readonly available: bigint;
}

function clockAt(world: World, memory: Memory, at: number): Readiness {
  const id = memory.u32(at + 16);
  const timeout = memory.u64(at + 24);
  const isAbsolute = (memory.u16(at + 40) & ABSOLUTE) !== 0;
  checkClock(id);
  const now = world.monotonicNs();
  let whenNs = now + timeout;
  if (isAbsolute) whenNs = id === CLOCK.realtime ? now + timeout - world.wallNs() : timeout;
  const dueMs = Number(whenNs + ROUNDING_NS) / 1e6;
  return { isReady: () => world.monotonicNs() >= whenNs, dueMs: () => dueMs, remote: () => null };
}

/** What a file still has; of a stream nobody knows, but a read will not wait. */
function availableOf(fds: Descriptors, fd: number, kind: number): bigint {
  const found = fds.get(fd, 'poll_fd_readwrite');
  if (kind === KIND.write || found.kind !== 'file') return 1n;
  const left = found.handle.stat().size - BigInt(found.offset);
  return left < 0n ? 0n : left;
}

function subscriptionAt({ world, memory, fds, input }: Guest, at: number): Subscription {
  const userData = memory.u64(at);
  const kind = memory.bytes(at + 8, 1)[0]!;
  const base = { userData, kind, readiness: ALWAYS_READY, errno: SUCCESS, available: 0n };
  try {
    if (kind === KIND.clock) return { ...base, readiness: clockAt(world, memory, at) };
    if (kind !== KIND.read && kind !== KIND.write) refuse('inval');
    const fd = memory.u32(at + 16);
    const available = availableOf(fds, fd, kind);
    const waits = kind === KIND.read && fds.get(fd).kind === 'stdin';
    return { ...base, available, readiness: waits ? input.readiness : ALWAYS_READY };
  } catch (thrown) {
    return { ...base, errno: errnoOf(thrown) };
  }
}

/** `event`: user data u64 at 0, errno u16 at 8, type u8 at 10, bytes u64 at 16, flags u16 at 24. */
function writeEvent(memory: Memory, at: number, { userData, kind, errno, available }: Subscription): void {
  memory.bytes(at, EVENT_BYTES).fill(0);
  memory.setU64(at, userData);
  memory.setU16(at + 8, errno);
  memory.setU8(at + 10, kind);
  memory.setU64(at + 16, available);
}

export const POLL_FUNCTIONS = {
  poll_oneoff(of: Guest, input: number, output: number, count: number, result: number): Later<void> {
    const total = count >>> 0;
    if (total === 0 || total > MAX_SUBSCRIPTIONS) refuse('inval');
    const from = of.memory.check(input, total * SUBSCRIPTION_BYTES);
    const to = of.memory.check(output, total * EVENT_BYTES);
    of.memory.check(result, 4);
    const all = Array.from({ length: total }, (_, index) => subscriptionAt(of, from + index * SUBSCRIPTION_BYTES));
    const ready = waitForAny(
      of.world,
      all.map((each) => each.readiness),
    );
    return after(ready, (places) => {
      for (const [index, place] of places.entries()) writeEvent(of.memory, to + index * EVENT_BYTES, all[place]!);
      of.memory.setU32(result, places.length);
    });
  },
};
