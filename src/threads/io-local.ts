/** What the host's own thread does for code that runs there: its operations are next door, but nobody may wait for it. */
import { onAbort } from '../abort.js';
import { HostError } from '../errors.js';
import { canceled } from '../functions/context.js';
import type { IoAsker, IoClient, IoOperations, ThreadServices, WaitTerms } from '../io.js';
import type { Clock } from '../pool/clock.js';
import { WaitEnded } from '../wasi/types.js';
import { type IoDesk, openDesk } from './io-desk.js';

export interface LocalServices extends ThreadServices {
  /** Closes everything that is open. */
  close(): void;
}

export function localServices(operations: IoOperations, clock: Clock): LocalServices {
  const open = new Set<IoDesk>();
  return {
    io: { open: (asker) => localClient(operations, asker, open) },
    monotonicMs: () => clock.now(),
    standUntil: (untilMs, terms) => standHere(clock, untilMs, terms),
    close() {
      for (const desk of open) desk.end();
      open.clear();
    },
  };
}

function localClient(operations: IoOperations, asker: IoAsker, open: Set<IoDesk>): IoClient {
  const { id } = asker;
  let desk: IoDesk | null = null;
  let ended = false;
  const ask = (op: string, args: readonly unknown[]) => {
    if (ended) throw canceled(id);
    if (desk === null) {
      desk = openDesk(operations, id);
      open.add(desk);
    }
    return desk.ask(op, args as Parameters<IoDesk['ask']>[1]);
  };
  return {
    callNow(op, ...args) {
      const { answer, abandon } = ask(op, args);
      if (!(answer instanceof Promise)) return answer;
      answer.catch(() => {});
      abandon();
      throw mayNotStand(id, op);
    },
    async call(op, args, signal = null) {
      if (signal?.aborted === true) throw canceled(id);
      const { answer, abandon } = ask(op, args);
      if (signal === null || !(answer instanceof Promise)) return answer;
      return new Promise((resolve, reject) => {
        const forget = onAbort(signal, () => {
          abandon();
          reject(canceled(id));
        });
        answer.finally(forget).then(resolve, reject);
      });
    },
    tell(op, ...args) {
      try {
        const { answer } = ask(op, args);
        if (answer instanceof Promise) answer.catch(() => {});
      } catch (error) {
        if (!(error instanceof HostError)) throw error; // what is asked later tells it
      }
    },
    end() {
      ended = true;
      if (desk === null) return;
      open.delete(desk);
      desk.end();
    },
  };
}

function mayNotStand(id: string, op: string): HostError {
  const text = `${id}: ${op} has to be waited for, and the host's own thread may not stand still for it: give createHost threads (\`threads: 2\`), so that calls that wait run there`;
  return new HostError('Unavailable', text, { retryable: false, details: { id, operation: op } });
}

/** Nobody can cancel anything while this thread stands still. */
function standHere(clock: Clock, untilMs: number, { deadlineMs, isCancelled }: WaitTerms): void {
  if (isCancelled()) throw new WaitEnded('cancelled');
  const end = Math.min(untilMs, deadlineMs);
  const word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  for (let left = end - clock.now(); left > 0; left = end - clock.now()) Atomics.wait(word, 0, 0, left);
  if (deadlineMs < untilMs) throw new WaitEnded('deadline');
}
