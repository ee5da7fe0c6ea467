/** What Node's timers leave to who uses them. */

/** About 24 days; a longer timer fires at once. Who waits longer looks at the clock and sets another. */
export const MAX_TIMER_MS = 2 ** 31 - 1;
