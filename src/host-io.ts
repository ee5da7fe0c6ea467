/**
 * What code on any thread can ask of the host's thread: the operations of all rooms in one table. A room that needs the event
 * loop adds its own here, and nothing else anywhere.
 */
import type { IoOperations } from './io.js';
import type { Clock } from './pool/clock.js';

export interface OperationMeans {
  readonly clock: Clock;
}

export function hostOperations({ clock }: OperationMeans): IoOperations {
  return { ...clockOperations(clock) };
}

/** `clock.now` answers ms on the host's monotonic clock, `clock.wait` after that many ms. */
function clockOperations(clock: Clock): IoOperations {
  return {
    'clock.now': () => clock.now(),
    'clock.wait': (_session, [ms], signal) =>
      new Promise((resolve, reject) => {
        const stop = clock.after(Number(ms), () => resolve(null));
        signal.addEventListener('abort', () => {
          stop();
          reject(signal.reason);
        });
      }),
  };
}
