/** Calls over a lane, from the side that serves them: for its caller alone, as one call of the host's, until the grant is over. */
import { DIRECT } from './control.js';
import type { LaneMessage } from './definitions.js';
import {
  ANSWERED,
  CALLED,
  CLOSED,
  IDLE,
  LAST,
  type Lane,
  MAX_LANE_BYTES,
  openLane,
  RUNNING,
  wakeThread,
} from './lane.js';
import { failedWith, succeeded } from './outcome.js';
import type { LaneServer, Runner } from './runner-state.js';
import { begin, type CallMessage, runOverLane } from './thread-calls.js';
import { readPort } from './thread-functions.js';
import { decodeMessage, messageEncoder, type ThreadMessage } from './wire.js';

/** A caller that goes on at once calls again within this time. */
const LOOK_MS = 0.1;
/** Time in which a caller may put what it has got to use. Whoever else needs the core gets it at once. */
const IDLE_MS = 10;

interface Attached {
  readonly number: number;
  readonly lane: Lane;
  readonly caller: number;
  readonly control: Int32Array;
}

interface Serving extends Attached {
  readonly grant: number;
  /** What the host knows all this as. */
  readonly call: number;
}

interface ServerState {
  readonly runner: () => Runner;
  readonly encode: ReturnType<typeof messageEncoder>;
  attached: Attached | null;
  serving: Serving | null;
}

type Answer = Extract<ThreadMessage, { kind: 'answer' }>;

export function laneServer(runner: () => Runner): LaneServer {
  const state: ServerState = { runner, encode: messageEncoder(), attached: null, serving: null };
  return {
    note({ lane, memory, thread, control }: LaneMessage) {
      state.attached = { number: lane, lane: openLane(memory), caller: thread, control: new Int32Array(control) };
    },
    serve({ call, grant, lane }) {
      if (state.attached?.number !== lane) readPort(runner());
      begin(runner(), call);
      state.serving = { ...(state.attached as Attached), grant, call };
    },
    ready() {
      const { serving } = state;
      if (serving === null) return false;
      const phase = serving.lane.phase(serving.grant);
      return phase !== IDLE && phase !== ANSWERED;
    },
    take() {
      const serving = state.serving as Serving;
      if (!serving.lane.move(serving.grant, CALLED, RUNNING))
        state.serving = null; // the host knows
      else
        do run(state, serving);
        while (comesAtOnce(serving) && serving.lane.move(serving.grant, CALLED, RUNNING));
    },
    awakeMs: () => (state.serving === null ? 0 : IDLE_MS),
    idle() {
      if (state.serving !== null) leave(state, state.serving);
    },
  };
}

/** The core is this thread's: it looks for the next call without leaving it. */
function comesAtOnce({ lane, grant }: Serving): boolean {
  const end = performance.now() + LOOK_MS;
  for (;;) {
    const phase = lane.phase(grant);
    if (phase !== IDLE && phase !== ANSWERED) return phase === CALLED;
    if (performance.now() >= end) return false;
  }
}

/** Ends the grant, unless a call has come. */
function leave(state: ServerState, { lane, grant, call }: Serving): void {
  if (!lane.move(grant, IDLE, CLOSED) && !lane.move(grant, ANSWERED, LAST)) return;
  state.serving = null;
  state.runner().mailbox.send({ kind: 'answer', call, outcome: succeeded(null), spent: false, ranMs: -1 });
}

function run(state: ServerState, serving: Serving): void {
  const { lane, grant, caller, control, call: part } = serving;
  const runner = state.runner();
  const message = decodeMessage(lane.asked()) as CallMessage;
  const { call } = message;
  Atomics.add(runner.link.control, DIRECT, 1);
  runner.calls.set(part, { canceled: false, abort() {}, isCanceled: () => lane.isCanceled(call) });
  lane.begins(runner.clock.now());
  const answer = runOverLane(runner, part, message);
  runner.calls.delete(part);
  const bytes = encoded(state, answer);
  const fits = bytes.length <= MAX_LANE_BYTES;
  lane.answer(fits ? bytes : null);
  if (answer.spent) lane.spend(message.seat);
  // Where the host has given this thread up, nobody waits for the answer.
  if (!lane.move(grant, RUNNING, ANSWERED)) return;
  if (!fits) runner.mailbox.send({ ...answer, kind: 'relay', grant, thread: caller });
  if (lane.isRecalled(grant)) leave(state, serving);
  if (!wakeThread(control)) runner.mailbox.send({ kind: 'wake', thread: caller });
}

/** @returns bytes, valid until the next answer */
function encoded({ encode }: ServerState, answer: Answer): Uint8Array {
  try {
    return encode(answer);
  } catch (error) {
    return encode({ ...answer, outcome: failedWith(error) });
  }
}
