/** What a host is built of before its registry is read: its threads, its Lua, and what its guests see. */
import { availableParallelism } from 'node:os';
import type { Engine } from '../engine/compile.js';
import type { MemoryStorages } from '../env/storage.js';
import type { FunctionTable } from '../functions/table.js';
import type { HttpSlot } from '../http/operations.js';
import { threadEntry } from '../package-files.js';
import { prepareInput } from '../platform/stdio.js';
import { systemClock } from '../pool/clock.js';
import type { Registry } from '../registry/types.js';
import { type LuaRoom, luaRoom } from '../runner/lua.js';
import { registryReader } from '../runner/registry-view.js';
import type { StdioOptions, WorldRoomOptions } from '../runner/worlds.js';
import { type Crew, createCrew } from '../threads/crew.js';
import type { CrewOptions } from '../threads/crew-state.js';
import { type LocalServices, localServices } from '../threads/io-local.js';
import type { HostFunctions } from './functions.js';
import { lazily, makeEngine } from './load.js';
import { takenLog } from './log.js';
import { hostOperations } from './operations.js';
import type { HostOptions } from './types.js';

/** What the rooms share while a host is built. */
export interface Wiring {
  readonly options: HostOptions;
  readonly http: HttpSlot;
  readonly memories: MemoryStorages;
  /** Loads with the first guest. */
  readonly engine: () => Promise<Engine>;
  /** For what runs on the host's thread: nothing, where there are call threads. */
  readonly lua: LuaRoom;
  readonly services: LocalServices;
  /** Of guests that run on the host's thread. */
  readonly world: WorldRoomOptions;
  readonly cores: number;
  readonly crew: Crew | null;
  /** Set once everything is loaded. */
  readonly later: { table: FunctionTable | null; functions: HostFunctions | null; registry: Registry | null };
}

/** For what runs on the host's thread and on others. */
type Shared = Pick<CrewOptions, 'print' | 'log' | 'logLevel' | 'stdio' | 'registry'>;

export function makeWiring(options: HostOptions, memories: MemoryStorages): Wiring {
  const later: Wiring['later'] = { table: null, functions: null, registry: null };
  const functions = callerOf(later);
  const threads = options.threads ?? availableParallelism();
  const cores = threads === 0 ? availableParallelism() : threads;
  const http: HttpSlot = { operations: null };
  const registry = () => later.registry;
  const allowedHosts = options.allowedHosts ?? [];
  const operations = hostOperations({ clock: systemClock, registry, http, memories, allowedHosts });
  const services = localServices(operations, systemClock);
  const shared: Shared = {
    print: options.print ?? printLine,
    log: takenLog(options),
    logLevel: options.logLevel ?? 'debug',
    stdio: stdioOptions(options),
    registry: registryReader(registry),
  };
  const { print, stdio } = shared;
  const log = shared.log === null ? { logLevel: shared.logLevel } : { log: shared.log };
  return {
    options,
    http,
    memories,
    engine: lazily(() => makeEngine(options)),
    services,
    world: { services, functions, clock: systemClock, stdio, ...log },
    lua: luaRoom({ functions, print, clock: systemClock, io: services.io, registry: shared.registry, ...log }),
    cores: Math.max(1, cores),
    crew: threads === 0 ? null : makeCrew(options, shared, { cores, operations }, later),
    later,
  };
}

/** Whom guests and Lua on the host's thread call. */
function callerOf(later: Wiring['later']): WorldRoomOptions['functions'] {
  const call: FunctionTable['call'] = (id, args, context) => later.table!.call(id, args, context);
  return {
    call,
    callNow: (id, args, context) => call(id, args, { ...context, standing: true }),
    shapeOf: (id) => later.table!.shapeOf?.(id) ?? null,
  };
}

/** null where there is no code for threads: the package is not built. */
function makeCrew(
  { onThread }: HostOptions,
  shared: Shared,
  means: Pick<CrewOptions, 'cores' | 'operations'>,
  later: Wiring['later'],
): Crew | null {
  const entry = threadEntry();
  if (entry === null) return null;
  return createCrew({
    ...shared,
    ...means,
    entry,
    clock: systemClock,
    ...(onThread === undefined ? {} : { onThread }),
    call: (id, args, context) => later.table!.call(id, args, context),
    callEntered: (id, args, context) => later.table!.callEntered(id, args, context),
    callImport: (name, fn, args) => later.functions!.callImport(name, fn, args),
    definitionOf: (id) => later.functions!.definitionOf(id),
    planOf: (number) => later.functions!.planOf(number),
    meterOf: (id) => later.functions!.meterOf(id),
    runsElsewhere: (id) => later.functions!.runsElsewhere(id),
    lend: (id, wait) => later.functions!.lend(id, wait),
  });
}

function stdioOptions({ stdio = 'log', stdin }: HostOptions): StdioOptions {
  if (stdio !== 'log') prepareInput();
  const input = typeof stdin === 'string' ? new TextEncoder().encode(stdin) : (stdin ?? null);
  return { mode: stdio, input };
}

const NEW_LINE = new Uint8Array([10]);

function printLine(line: Uint8Array): void {
  process.stdout.write(Buffer.concat([line, NEW_LINE]));
}
