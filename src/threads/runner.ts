/**
 * A call thread from inside: functions built from the host's plans, a VM for Lua, and the way to everything that this thread does
 * not run itself.
 */
import type { MessagePort } from 'node:worker_threads';
import { createFunctionTable } from '../functions/table.js';
import type { FunctionCaller } from '../functions/types.js';
import { makeGuards } from '../instrument/guard.js';
import type { LogRecord } from '../lua/platform.js';
import { type LuaRoomOptions, luaRoom } from '../runner/lua.js';
import { registryFromData } from '../runner/registry-view.js';
import { worldRoom } from '../runner/worlds.js';
import { nodeText } from '../text-node.js';
import type { Value } from '../values.js';
import type { ThreadData } from './definitions.js';
import { givenHandles } from './given-handles.js';
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
import { runLua, startCall, startMethod } from './thread-calls.js';
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
  const own = () => runner;
  const link = threadEnd(data.memory, port);
  const clock = sharedClock(data.originMs);
  const caller = laneCaller(own);
  const server = laneServer(own);
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
  const parts = { port, link, clock, mailbox, laneCaller: caller, laneServer: server, services };
  const runner = newRunner(data, parts, own);
  return runner;
}

type Parts = Pick<Runner, 'port' | 'link' | 'clock' | 'mailbox' | 'laneCaller' | 'laneServer' | 'services'>;

/** @param own the same runner, for what happens once it is there */
function newRunner(data: ThreadData, parts: Parts, own: () => Runner): Runner {
  const { port, link, clock, mailbox, laneCaller: caller, laneServer: server, services } = parts;
  const functions = callerOf(own);
  const forward = (record: LogRecord) => mailbox.sendOutput({ kind: 'log', record }, true);
  const log = data.forwardLog ? { log: forward } : { logLevel: data.logLevel };
  const meterOf = (id: string) => own().locals.get(id)?.meter ?? undefined;
  return {
    port,
    link,
    clock,
    mailbox,
    packer: createPacker(),
    laneCaller: caller,
    laneServer: server,
    services,
    cores: data.cores,
    table: createFunctionTable({ functions: [], clock, random: Math.random, meterOf }),
    lua: luaRoom({ ...luaMeans(parts, own), functions, ...log }),
    worlds: worldRoom({ services, after: mailbox.after, functions, clock, stdio: data.stdio, ...log }),
    registry: null,
    locals: new Map(),
    plans: new Map(),
    definitions: new Map(),
    calls: new Map(),
    given: givenHandles(),
    memories: countMemories(link.control, clock, () => own().calls.size > 0),
    recallsSeen: 0,
    text: nodeText(),
    guards: makeGuards(),
    isCancelled: (context) => isCancelled(own(), context?.threadCall ?? own().current),
    deadlineMs: Number.POSITIVE_INFINITY,
    queueMs: 0,
    waitMs: 0,
    maySuspend: false,
    current: 0,
    luaCalls: 0,
    cutTurns: 0,
  };
}

function callerOf(own: () => Runner): FunctionCaller {
  return {
    call: (id, args, context) => call(own(), id, args, context),
    callNow: (id, args, context) => callStanding(own(), id, args, context),
    sender: (id, args, context) => sender(own(), id, args, context),
    shapeOf: (id) => shapeOf(own(), id),
  };
}

function luaMeans({ mailbox, clock, services }: Parts, own: () => Runner): Omit<LuaRoomOptions, 'functions'> {
  return {
    print: (line, place) => mailbox.sendOutput({ kind: 'print', line, place }),
    clock,
    io: services.io,
    isCancelled({ threadCall }) {
      heedRecalls(own());
      mailbox.readCancels();
      return threadCall !== undefined && own().calls.get(threadCall)?.canceled === true;
    },
    giveWay(again) {
      own().cutTurns++;
      mailbox.after(0, again);
    },
    registry() {
      const runner = own();
      runner.registry ??= registryFromData(openOutcome(mailbox.askNow((request) => ({ kind: 'registry', request }))));
      return runner.registry;
    },
  };
}

/** Of a guest's call: by the host, or over a lane. @param number 0: no call of the host's */
function isCancelled(runner: Runner, number: number): boolean {
  heedRecalls(runner);
  if (number === 0) return false;
  runner.mailbox.readCancels();
  const begun = runner.calls.get(number);
  return begun !== undefined && (begun.canceled || begun.isCanceled?.() === true);
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
    case 'method':
      startMethod(runner, message);
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
