/**
 * Calls over a lane, from the side that makes them: to a partner thread that the host has granted, without the host in between.
 * Only for guests with checks that see nothing of the host. Whatever is not as expected goes the other way, through the host.
 */
import { defaultsOf } from '../functions/defaults.js';
import { createFunctionTable, type TableFunction } from '../functions/table.js';
import type { CallContext } from '../functions/types.js';
import type { Value } from '../values.js';
import { forward } from './forward.js';
import { openLane } from './lane.js';
import {
  type CallerState,
  isAnswered,
  leave,
  lost,
  newState,
  openPartner,
  type Partner,
  pause,
  relayed,
  send,
  takeAnswer,
} from './lane-sending.js';
import type { LaneCaller, Local, Runner } from './runner-state.js';
import { readPort } from './thread-functions.js';

/** A lane is asked for when calls follow each other this closely. */
const CLOSE_MS = 10;

/** For so long an answer finds this thread awake: from its event loop only the host can wake it. */
const AWAKE_MS = 10;

export function laneCaller(runner: () => Runner): LaneCaller {
  let made: { state: CallerState; table: ReturnType<typeof laneTable> } | null = null;
  const parts = () => {
    if (made === null) {
      const state = newState(runner());
      made = { state, table: laneTable(state) };
    }
    return made;
  };
  return {
    call(local, id, args, context) {
      const { state, table } = parts();
      // A call from inside its own function gets an instance above the bound: the host's to give.
      const ready = !context.chain.includes(id) && prepared(state, local, id);
      if (ready === false) return null;
      if (ready === true) return table.call(local, id, args, context);
      return ready.then((granted) =>
        granted ? table.call(local, id, args, context) : forward(state.runner, id, args, context, {}),
      );
    },
    ended: () => {
      const { state } = parts();
      state.lastEndMs = state.runner.clock.now();
    },
    leave() {
      if (made !== null) leave(made.state);
    },
    note({ lane, memory, control }) {
      const { state } = parts();
      state.lane = openLane(memory);
      state.laneNumber = lane;
      state.control = new Int32Array(control);
    },
    ready: () => made !== null && isAnswered(made.state),
    take: () => takeAnswer(parts().state),
    awakeMs: () => (made?.state.pending == null ? 0 : AWAKE_MS),
    lost: (grant, reason) => lost(parts().state, grant, reason),
    relayed: (message) => relayed(parts().state, message),
  };
}

/** Functions as they are over the lane: entered, bounded and counted on this thread. */
function laneTable(state: CallerState) {
  const { runner } = state;
  const table = createFunctionTable({
    functions: [],
    clock: runner.clock,
    random: Math.random,
    meterOf: (id) => runner.locals.get(id)?.meter ?? undefined,
  });
  const add = ({ definition, fn }: Local, id: string) => {
    if (definition.kind !== 'wasm' || table.get(id) !== undefined) return;
    const callAs: TableFunction['callAs'] = (args, context) =>
      send(state, id, args, context) ?? forward(runner, id, args, context, { entered: true });
    table.add({
      id,
      signature: fn?.signature ?? null,
      defaults: defaultsOf(definition.entry.options),
      handles: 'none',
      tellsTime: true,
      call: (args, context) => callAs(args, context, 'go'),
      callAs,
      close() {},
    });
  };
  return {
    call(local: Local, id: string, args: readonly Value[], context: CallContext) {
      add(local, id);
      return table.call(id, args, context);
    },
  };
}

/** Whether the call can go over the lane; a promise where the host has to be asked first. */
function prepared(state: CallerState, local: Local, id: string): boolean | Promise<boolean> {
  const { runner, pending, asking } = state;
  if (pending !== null || asking || !isPure(local)) return false;
  const partner = openPartner(state);
  if (partner?.seats.has(id) === true) return true;
  if (partner === null) {
    const now = runner.clock.now();
    if (now - state.lastEndMs > CLOSE_MS || now < state.pausedUntilMs) return false;
  }
  return ask(state, id, partner);
}

/** Can be stopped in place, asks nothing of the host, and has instances that serve more than one call. */
function isPure({ definition }: Local): boolean {
  return (
    definition.kind === 'wasm' &&
    definition.entry.fields.pool.type !== 'inline' &&
    definition.repeatable &&
    !definition.handles
  );
}

async function ask(state: CallerState, id: string, before: Partner | null): Promise<boolean> {
  const { mailbox } = state.runner;
  state.asking = true;
  try {
    const grant = before?.grant ?? 0;
    const answer = await mailbox.ask((request) => ({ kind: 'partner', request, id, grant }), null);
    if (answer === null) {
      pause(state);
      return false;
    }
    const [number, seat, lane] = answer as [number, number, number];
    if (state.laneNumber !== lane) readPort(state.runner);
    if (state.partner?.grant !== number) {
      const { lane: opened, control } = state;
      state.partner = { grant: number, lane: opened!, control: control!, seats: new Map(), calls: 0 };
    }
    state.partner.seats.set(id, seat);
    return true;
  } finally {
    state.asking = false;
  }
}
