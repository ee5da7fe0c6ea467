/**
 * Callbacks on an AbortSignal, through one listener per signal however many wait for it. Node warns of a leak from the
 * eleventh listener on, and adding and removing one costs more than many a call.
 */

const CALLBACKS = Symbol('moonwit.abort');

type Hub = AbortSignal & { [CALLBACKS]?: Set<() => void> };

/** Calls `run` once when the signal aborts, later than now. The answer takes it back. */
export function onAbort(signal: AbortSignal, run: () => void): () => void {
  const callbacks = callbacksOf(signal);
  // Of its own, so that the same function may be given twice.
  const callback = () => run();
  callbacks.add(callback);
  return () => void callbacks.delete(callback);
}

function callbacksOf(signal: Hub): Set<() => void> {
  const known = signal[CALLBACKS];
  if (known !== undefined) return known;
  const made = new Set<() => void>();
  signal[CALLBACKS] = made;
  const tell = () => {
    for (const each of made) {
      made.delete(each);
      each();
    }
  };
  signal.addEventListener('abort', tell, { once: true });
  return made;
}
