/** A world's clock and its way to the host, driven by a spec. Waits pass at once and are written down. */
import type { Readiness, Waiter } from '../../src/wasi/poll.js';
import type { ByteSink, ByteSource } from '../../src/wasi/streams.js';

interface Rig {
  readonly world: Waiter;
  /** Where the clock stands, in ms. */
  nowMs: number;
  /** Every sleep and every question, in order. */
  readonly waits: string[];
}

/**
 * @param poll what `net.poll` answers: the numbers that are ready, and how long that took
 * @param suspends answers by promises, as for guests that suspend
 */
export function rig(
  poll: (ids: readonly number[], timeoutMs: number | null) => { ready: number[]; tookMs?: number } = () => ({
    ready: [],
  }),
  suspends = false,
): Rig {
  const answer = <T>(value: T): T | Promise<T> => (suspends ? Promise.resolve(value) : value);
  const self: Rig = {
    nowMs: 0,
    waits: [],
    world: {
      monotonicNs: () => BigInt(Math.floor(self.nowMs * 1e6)),
      wait: {
        suspends,
        sleep(untilMs) {
          self.waits.push(`sleep ${untilMs}`);
          self.nowMs = Math.max(self.nowMs, untilMs);
          return answer(undefined);
        },
        ask(op, ...[ids, timeoutMs]) {
          self.waits.push(`${op} ${JSON.stringify(ids)} ${timeoutMs}`);
          const { ready, tookMs = 0 } = poll(ids as number[], timeoutMs as number | null);
          self.nowMs += tookMs;
          return answer(ready);
        },
      },
    },
  };
  return self;
}

const NEVER = Number.POSITIVE_INFINITY;

export const at = (rigged: Rig, ms: number): Readiness => ({
  isReady: () => rigged.nowMs >= ms,
  dueMs: () => ms,
  remote: () => null,
});

export const remote = (id: number): Readiness => ({ isReady: () => false, dueMs: () => NEVER, remote: () => id });

export const never: Readiness = { isReady: () => false, dueMs: () => NEVER, remote: () => null };
export const ready: Readiness = { isReady: () => true, dueMs: () => NEVER, remote: () => null };

/** Gives these one after the other; an Error is thrown, null is the end, for ever. */
export function sourceOf(...parts: readonly (string | null | Error)[]): ByteSource & { readonly closed: () => number } {
  const left = [...parts];
  let closed = 0;
  return {
    readiness: ready,
    read(length) {
      const part = left.shift() ?? null;
      if (part instanceof Error) throw part;
      if (part === null) return null;
      if (part.length > length) left.unshift(part.slice(length));
      return new TextEncoder().encode(part.slice(0, length));
    },
    close: () => void closed++,
    closed: () => closed,
  };
}

interface Sink extends ByteSink {
  text(): string;
  closed(): number;
}

/** Has room for these many bytes, one after the other; then for as many as there are. */
export function sinkOf(rigged: Rig, ...room: readonly (number | null | Error)[]): Sink {
  const left = [...room];
  const taken: string[] = [];
  let closed = 0;
  return {
    readiness: at(rigged, 0),
    capacity() {
      const next = left.length === 0 ? 1000 : (left.shift() as number | null | Error);
      if (next instanceof Error) throw next;
      return next;
    },
    write: (bytes) => void taken.push(new TextDecoder().decode(bytes)),
    flush: () => void taken.push('|'),
    close: () => void closed++,
    text: () => taken.join(''),
    closed: () => closed,
  };
}
