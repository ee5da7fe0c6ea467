/** What a call thread does for the code on it: asks the host's thread, and stands still. */
import { HostError } from '../errors.js';
import { canceled } from '../functions/context.js';
import type { IoAsker, IoClient, ThreadServices } from '../io.js';
import type { Clock } from '../pool/clock.js';
import { timedOut } from '../timed-out.js';
import { WaitEnded } from '../wasi/types.js';
import type { Mailbox } from './mailbox.js';
import { openOutcome } from './outcome.js';
import { NO_REQUEST } from './wire.js';

/** @param waited told of every ms in which this thread stood still */
export function threadServices(mailbox: Mailbox, clock: Clock, waited: (ms: number) => void): ThreadServices {
  let clients = 0;
  /** Runs what stands still, and counts its time. */
  const timed = <T>(stand: () => T): T => {
    const start = clock.now();
    try {
      return stand();
    } finally {
      waited(clock.now() - start);
    }
  };
  return {
    io: { open: (asker) => threadClient({ mailbox, clock, timed, newNumber: () => ++clients }, asker) },
    monotonicMs: () => clock.now(),
    standUntil(untilMs, terms) {
      if (!timed(() => mailbox.standUntil(untilMs, terms))) throw new WaitEnded('the call is over');
    },
  };
}

interface ClientMeans {
  readonly mailbox: Mailbox;
  readonly clock: Clock;
  readonly timed: <T>(stand: () => T) => T;
  readonly newNumber: () => number;
}

function threadClient({ mailbox, clock, timed, newNumber }: ClientMeans, asker: IoAsker): IoClient {
  const { id } = asker;
  /** 0: nothing was asked yet. */
  let client = 0;
  let ended = false;
  const question = (op: string, args: Parameters<IoClient['call']>[1], standing: boolean) => {
    if (ended) throw new HostError('Unavailable', `${id}: ${op} after its call has ended`, { retryable: false });
    if (client === 0) client = newNumber();
    return (request: number) => ({ kind: 'io', request, client, standing, id, op, args }) as const;
  };
  return {
    callNow(op, ...args) {
      const ask = question(op, args, true);
      const start = clock.now();
      const outcome = timed(() => mailbox.askWithin(ask, asker));
      if (outcome !== null) return openOutcome(outcome);
      if (asker.isCancelled()) throw canceled(id);
      const waitMs = clock.now() - start;
      throw timedOut(id, 'deadline', waitMs, { queueMs: 0, guestMs: 0, waitMs });
    },
    async call(op, args, signal = null) {
      return mailbox.ask(question(op, args, false), signal, { plain: true });
    },
    tell(op, ...args) {
      mailbox.send(question(op, args, false)(NO_REQUEST), true);
    },
    end() {
      if (ended) return;
      ended = true;
      if (client !== 0) mailbox.send({ kind: 'io-end', client });
    },
  };
}
