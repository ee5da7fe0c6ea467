/**
 * A call thread from inside: functions built from the host's plans, a VM for Lua, and the way to everything that this thread does
 * not run itself.
 */
import type { MessagePort } from 'node:worker_threads';
import { createFunctionTable } from '../functions/table.js';
import type { FunctionCaller } from '../functions/types.js';
import { makeGuards } from '../instrument/guard.js';
import type { LogRecord } from '../lua/platform.js';
import { luaRoom } from '../runner/lua.js';
import { registryFromData } from '../runner/registry-view.js';
import { worldRoom } from '../runner/worlds.js';
import { nodeText } from '../text-node.js';
import type { Value } from '../values.js';
import type { ThreadData } from './definitions.js';
import { laneCaller } from './lane-caller.js';
import { laneServer } from './lane-server.js';
import { threadEnd } from './link.js';
import { type Asked, createMailbox } from './mailbox.js';
import { countMemories } from './memories.js';
import { fromWireContext, openOutcome } from './outcome.js';
import { openArgs } from './packed-value.js';
import { createPacker } from './packer.js';
import { restingThread } from './resting.js';
import { type Runner, returnSeats } from './runner-state.js';
import { sharedClock } from './shared-clock.js';
import { call, callStanding, heedRecalls, sender, shapeOf } from './thread-calling.js';
import { runLua, startCall } from './thread-calls.js';
import { localOf, note } from './thread-functions.js';
import { threadServices } from './thread-services.js';

/** Runs until the host ends the thread. */
export function startRunner(data: ThreadData, port: MessagePort): void {
  const runner = makeRunner(data, port);
  port.on('message', (message: unknown) => {
    note(runner, message);
    runner.mailbox.touch();
  });
  if (data.lua) runner.lua.warm().catch(() => {});
  runner.mailbox.touch();
}

function makeRunner(data: ThreadData, port: MessagePort): Runner {
  const link = threadEnd(data.memory, port);
  const clock = sharedClock(data.originMs);
  const caller = laneCaller(() => runner);
  const server = laneServer(() => runner);
  const mailbox = createMailbox({
    link,
    sources: [caller, server],
    clock,
    handle: (message) => handle(runner, message),
    cancel: (number) => cancel(runner, number),
    onIdle: () => {
      server.idle();
      returnSeats(runner);
      runner.memories.idle();
      rest.idle();
    },
  });
  const rest = restingThread(clock, () => runner.calls.size > 0 || runner.luaCalls > 0);
  const services = threadServices(mailbox, clock, (ms) => {
    runner.waitMs += ms;
  });
  const functions: FunctionCaller = {
    call: (id, args, context) => call(runner, id, args, context),
    callNow: (id, args, context) => callStanding(runner, id, args, context),
    sender: (id, args, context) => sender(runner, id, args, context),
    shapeOf: (id) => shapeOf(runner, id),
  };
  const log = data.forwardLog ? { log: (record: LogRecord) => mailbox.sendOutput({ kind: 'log', record }, true) } : {};
  const runner: Runner = {
    port,
    link,
    clock,
    mailbox,
    packer: createPacker(),
    laneCaller: caller,
    laneServer: server,
    services,
    cores: data.cores,
    table: createFunctionTable({
      functions: [],
      clock,
      random: Math.random,
      meterOf: (id) => runner.locals.get(id)?.meter ?? undefined,
    }),
    lua: luaRoom({
      functions,
      print: (line, place) => mailbox.sendOutput({ kind: 'print', line, place }),
      clock,
      io: services.io,
      isCancelled({ threadCall }) {
        heedRecalls(runner);
        mailbox.readCancels();
        return threadCall !== undefined && runner.calls.get(threadCall)?.canceled === true;
      },
      giveWay(again) {
        runner.cutTurns++;
        mailbox.after(0, again);
      },
      registry: () => {
        runner.registry ??= registryFromData(openOutcome(mailbox.askNow((request) => ({ kind: 'registry', request }))));
        return runner.registry;
      },
      ...log,
    }),
    worlds: worldRoom({ services, after: mailbox.after, functions, clock, stdio: data.stdio, ...log }),
    registry: null,
    locals: new Map(),
    plans: new Map(),
    definitions: new Map(),
    calls: new Map(),
    memories: countMemories(link.control, clock, () => runner.calls.size > 0),
    recallsSeen: 0,
    text: nodeText(),
    guards: makeGuards(),
    isCancelled(context) {
      heedRecalls(runner);
      const number = context?.threadCall ?? runner.current;
      if (number === 0) return false;
      mailbox.readCancels();
      const begun = runner.calls.get(number);
      return begun !== undefined && (begun.canceled || begun.isCanceled?.() === true);
    },
    deadlineMs: Number.POSITIVE_INFINITY,
    queueMs: 0,
    waitMs: 0,
    maySuspend: false,
    current: 0,
    luaCalls: 0,
    cutTurns: 0,
  };
  return runner;
}

/** @returns whether the call has begun */
function cancel(runner: Runner, number: number): boolean {
  const begun = runner.calls.get(number);
  if (begun === undefined) return false;
  begun.canceled = true;
  begun.abort();
  return true;
}

function handle(runner: Runner, message: Asked): void {
  switch (message.kind) {
    case 'call':
      startCall(runner, message);
      return;
    case 'script':
      runLua(runner, message.call, (signal) => {
        const { file, args, context, terms } = message;
        const inner = { ...fromWireContext(context, signal), threadCall: message.call };
        return runner.lua.run(file, openArgs(args), inner, terms) as Promise<Value[]>;
      });
      return;
    case 'check':
      runLua(runner, message.call, async () => {
        await runner.lua.checkLua(message.name, message.source, message.method);
        return null;
      });
      return;
    case 'prepare':
      prepare(runner, message.id, message.seat);
      return;
    case 'forget':
      runner.locals.get(message.id)?.pool?.forget(message.seat);
      return;
    case 'recall':
      runner.locals.get(message.id)?.pool?.returnAll();
      return;
    case 'serve':
      runner.laneServer.serve(message);
      return;
    case 'partner-lost':
      runner.laneCaller.lost(message.grant, message.reason);
      return;
    case 'relay':
      runner.laneCaller.relayed(message);
      return;
    case 'collect':
      runner.memories.collect();
  }
}

function prepare(runner: Runner, id: string, seat: number): void {
  try {
    localOf(runner, id).pool?.prepare(seat);
  } catch {
    // The first call meets the same error and reports it.
  }
}
