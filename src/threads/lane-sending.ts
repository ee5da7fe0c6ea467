/** One call over a lane, from the side that makes it: sent, answered, lost, or made again through the host. */
import { onAbort } from '../abort.js';
import type { CallContext } from '../functions/types.js';
import type { Value } from '../values.js';
import { forward } from './forward.js';
import {
  ANSWERED,
  CALLED,
  CLOSED,
  IDLE,
  LAST,
  type Lane,
  MAX_LANE_BYTES,
  RETURNED,
  RUNNING,
  wakeThread,
} from './lane.js';
import { openOutcome, passOutcome, threadLost, toWireContext } from './outcome.js';
import { isPacked } from './packed-value.js';
import type { Runner } from './runner-state.js';
import { decodeMessage, messageEncoder, type RelayMessage, type ThreadMessage } from './wire.js';

/** A lane that was refused or taken back is not asked for again for so long, the longer the more often that happens. */
const FIRST_PAUSE_MS = 5;

const LONGEST_PAUSE_MS = 320;

/** Numbers of calls fit into a word. */
const CALLS = 2 ** 30;

/** So many calls over one grant make up for a refusal. */
const WORTH = 32;

export interface Partner {
  readonly grant: number;
  readonly lane: Lane;
  readonly control: Int32Array;
  /** One for each function. */
  readonly seats: Map<string, number>;
  calls: number;
}

/** The call in the lane. */
interface Pending {
  readonly partner: Partner;
  readonly call: number;
  readonly id: string;
  readonly seat: number;
  readonly sinceMs: number;
  /** Its answer is not opened. */
  readonly packed: boolean;
  /** Its promise is settled with what `run` gives. */
  readonly settle: (run: () => Value | Promise<Value>) => void;
  /** Makes it again, through the host. */
  readonly again: () => Promise<Value>;
}

type Answer = Pick<Extract<ThreadMessage, { kind: 'answer' }>, 'outcome' | 'spent'>;

export interface CallerState {
  readonly runner: Runner;
  readonly encode: ReturnType<typeof messageEncoder>;
  lane: Lane | null;
  laneNumber: number;
  control: Int32Array | null;
  partner: Partner | null;
  pending: Pending | null;
  asking: boolean;
  lastCall: number;
  lastEndMs: number;
  pauseMs: number;
  pausedUntilMs: number;
}

export function newState(runner: Runner): CallerState {
  return {
    runner,
    encode: messageEncoder(),
    lane: null,
    laneNumber: 0,
    control: null,
    partner: null,
    pending: null,
    asking: false,
    lastCall: 0,
    lastEndMs: Number.NEGATIVE_INFINITY,
    pauseMs: FIRST_PAUSE_MS,
    pausedUntilMs: 0,
  };
}

/** The partner, unless the grant is over. */
export function openPartner(state: CallerState): Partner | null {
  const { partner, pending } = state;
  if (partner === null || pending?.partner === partner || partner.lane.phase(partner.grant) === IDLE) return partner;
  drop(state, partner);
  return null;
}

function drop(state: CallerState, partner: Partner): void {
  if (state.partner === partner) state.partner = null;
  if (partner.calls >= WORTH) state.pauseMs = FIRST_PAUSE_MS;
  if (partner.lane.isRecalled(partner.grant)) pause(state);
}

export function pause(state: CallerState): void {
  state.pausedUntilMs = state.runner.clock.now() + state.pauseMs;
  state.pauseMs = Math.min(2 * state.pauseMs, LONGEST_PAUSE_MS);
}

/** @returns null where the call cannot go over the lane after all */
export function send(
  state: CallerState,
  id: string,
  args: readonly Value[],
  context: CallContext,
): Promise<Value> | null {
  const { runner } = state;
  const partner = state.pending === null ? openPartner(state) : null;
  const seat = partner?.seats.get(id);
  if (partner === null || seat === undefined) return null;
  const { lane, grant } = partner;
  const sinceMs = runner.clock.now();
  state.lastCall = (state.lastCall % CALLS) + 1;
  const call = state.lastCall;
  const wire = toWireContext(context);
  const bytes = state.encode({ kind: 'call', call, id, seat, args, context: wire, target: 'go', since: sinceMs });
  if (bytes.length > MAX_LANE_BYTES) return null;
  lane.ask(call, bytes, context.deadline ?? Number.POSITIVE_INFINITY);
  const { signal } = context;
  const unlisten = signal === null ? null : onAbort(signal, () => lane.cancel(call));
  const promise = new Promise<Value>((resolve, reject) => {
    const settle: Pending['settle'] = (run) => {
      unlisten?.();
      try {
        resolve(run());
      } catch (error) {
        reject(error);
      }
    };
    const again = () => forward(runner, id, args, context, { entered: true });
    state.pending = { partner, call, id, seat, sinceMs, packed: isPacked(args), settle, again };
  });
  if (!lane.move(grant, IDLE, CALLED)) {
    unlisten?.();
    state.pending = null;
    drop(state, partner);
    return null;
  }
  if (context.progress !== undefined) context.progress.hasStarted = () => lane.phase(grant) === RUNNING;
  wakeThread(partner.control);
  partner.calls++;
  runner.locals.get(id)?.meter?.crossed(bytes.length, 0);
  runner.mailbox.touch();
  return promise;
}

export function isAnswered({ pending }: CallerState): boolean {
  if (pending === null) return false;
  const { lane, grant } = pending.partner;
  const phase = lane.phase(grant);
  if (phase === RETURNED) return true;
  return (phase === ANSWERED || phase === LAST) && !lane.isRelayed();
}

export function takeAnswer(state: CallerState): void {
  const pending = state.pending as Pending;
  const { partner, again, settle } = pending;
  const { lane, grant } = partner;
  if (lane.phase(grant) === RETURNED) {
    state.pending = null;
    drop(state, partner);
    settle(again);
    return;
  }
  const bytes = lane.answered() as Uint8Array;
  finish(state, pending, decodeMessage(bytes) as Extract<ThreadMessage, { kind: 'answer' }>, bytes.length);
}

function finish(state: CallerState, pending: Pending, answer: Answer, length: number) {
  const { partner, id, seat, sinceMs, packed, settle } = pending;
  const { runner } = state;
  const { lane, grant, seats } = partner;
  const meter = runner.locals.get(id)?.meter;
  meter?.crossed(0, length);
  meter?.waited(Math.max(0, lane.times().beganMs - sinceMs));
  state.pending = null;
  if (!lane.move(grant, ANSWERED, IDLE)) {
    drop(state, partner); // the seat has gone back with the grant
  } else if (answer.spent) {
    seats.delete(id);
    runner.mailbox.send({ kind: 'return', id, seat, spent: true });
  }
  if (runner.luaCalls === 0) leave(state);
  state.lastEndMs = runner.clock.now();
  settle(() => (packed ? passOutcome(answer.outcome) : openOutcome(answer.outcome)));
}

export function relayed(state: CallerState, message: RelayMessage): void {
  const { pending, runner } = state;
  if (pending === null || pending.partner.grant !== message.grant || pending.call !== message.call) return;
  finish(state, pending, message, runner.link.lastLength());
}

export function lost(state: CallerState, grant: number, reason: string): void {
  const { pending, partner } = state;
  if (partner?.grant === grant) state.partner = null;
  if (pending?.partner.grant !== grant) return;
  state.pending = null;
  pending.settle(() => {
    throw threadLost(pending.id, reason);
  });
}

/** The grant goes back at once; what is under way is left to its end. */
export function leave(state: CallerState): void {
  const { partner, runner } = state;
  if (partner === null || state.pending !== null) return;
  state.partner = null;
  if (partner.lane.move(partner.grant, IDLE, CLOSED))
    runner.mailbox.send({ kind: 'partner-end', grant: partner.grant });
}
