/** A clock that a spec moves by hand: timers fire in order of their time, each at its own time. */
import type { Clock } from '../../src/pool/clock.js';

interface TestClock extends Clock {
  advance(ms: number): void;
  readonly pending: number;
}

export function testClock(): TestClock {
  let now = 0;
  const timers = new Set<{ at: number; run: () => void }>();
  const after = (delayMs: number, run: () => void) => {
    const timer = { at: now + delayMs, run };
    timers.add(timer);
    return () => void timers.delete(timer);
  };
  return {
    now: () => now,
    after,
    afterIdle: after,
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.run();
      }
      now = end;
    },
    get pending() {
      return timers.size;
    },
  };
}
