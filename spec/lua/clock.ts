/** A Lua clock that a spec moves by hand: timers fire in order of their time, each at its own time. */

import type { LuaClock } from '../../src/lua/vm.js';

interface SteppedClock extends LuaClock {
  /** Moves time on; what waits for a promise in between goes on before the next timer. */
  advance(ms: number): Promise<void>;
  readonly pending: number;
}

const START_MS = Date.UTC(2024, 0, 1);

export function steppedClock(): SteppedClock {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    monotonicMs: () => now,
    wallMs: () => START_MS + now,
    timer(ms, run) {
      const timer = { at: now + ms, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(ms) {
      const end = now + ms;
      await settled();
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.run();
        await settled();
      }
      now = end;
    },
    get pending() {
      return timers.size;
    },
  };
}
