/** Guests as functions: at the host, or on call threads. Loads with the first guest, and with it what guests may import. */
import { containsHandle } from '../abi/layout.js';
import { coreMember, findHostFunction } from '../component/host-imports.js';
import type { Program } from '../component/program.js';
import type { ComponentPlan, HostImportFunction, HostImportInterface, PlanImport } from '../component/types.js';
import type { CompiledFunction } from '../engine/compiled.js';
import { type HostImports, providedBy } from '../engine/gate.js';
import { isAsync } from '../engine/waits.js';
import { HostError } from '../errors.js';
import { defaultsOf } from '../functions/defaults.js';
import type { Elsewhere } from '../functions/elsewhere.js';
import type { CallMeter } from '../functions/meter.js';
import { nearbyRunner } from '../functions/nearby.js';
import { lendFrom, remoteFunction } from '../functions/remote.js';
import { type WasmFunction, wasmFunction, wasmInstances } from '../functions/wasm.js';
import type { TrialWorlds } from '../functions/worlds.js';
import { systemClock } from '../pool/clock.js';
import { type PoolPolicy, poolPolicy } from '../pool/policy.js';
import { createPool } from '../pool/pool.js';
import type { Pool } from '../pool/types.js';
import type { Registry } from '../registry/types.js';
import { trialWorlds } from '../runner/trial.js';
import { type WorldRoom, type WorldRoomOptions, worldRoom, worldTemplate } from '../runner/worlds.js';
import type { FunctionDefinition, ProvidedImports } from '../threads/definitions.js';
import { transportNamed } from '../transport/transports.js';
import type { Value } from '../values.js';
import type { WorldTemplate } from '../wasi/worlds.js';
import type { Guests, Made } from './functions.js';

type GuestDefinition = Extract<FunctionDefinition, { kind: 'wasm' }>;

interface GuestMeans {
  readonly registry: Registry;
  readonly compiled: (id: string) => CompiledFunction;
  /** What TypeScript offers them. */
  readonly imports: HostImports;
  /** Of guests that run on the host's thread. */
  readonly world: WorldRoomOptions;
  readonly cores: number;
  /** null: everything runs on the host's thread. */
  readonly elsewhere: Elsewhere | null;
}

/** What a guest is made a function with. */
interface MakeMeans extends Omit<GuestMeans, 'compiled' | 'world'> {
  readonly worlds: WorldRoom;
  readonly tried: (template: WorldTemplate) => TrialWorlds | null;
}

export function makeGuests({ compiled, world, ...means }: GuestMeans): Guests {
  const worlds = worldRoom(world);
  const tried = (template: WorldTemplate) => trialWorlds(world, template);
  const making: MakeMeans = { ...means, worlds, tried };
  return {
    make: (id, meter, numberOf) => makeWasm(compiled(id), making, numberOf, meter),
    callImport: (name, fn, args) => callProvided(means.imports, name, fn, args),
  };
}

function makeWasm(
  compiled: CompiledFunction,
  means: MakeMeans,
  numberOf: (plan: ComponentPlan) => number,
  meter: CallMeter,
): Made {
  const { id, entry, plan } = compiled;
  const { elsewhere, worlds } = means;
  const policy = poolPolicy(entry.fields.pool, means.cores);
  const pool = createPool(policy, wasmInstances(compiled, meter, !policy.reuse), systemClock);
  const transport = transportNamed(entry.fields.transport)!;
  const world = compiled.needsWorld ? worldTemplate(entry, compiled.export.path, means.registry) : null;
  const seen = world === null ? {} : { worlds: worlds(world) };
  const local = wasmFunction(compiled, { clock: systemClock, transport, pool, ...seen });
  const provided = elsewhere === null ? null : providedImports(compiled, means.imports);
  if (elsewhere === null || provided === null)
    return { fn: local, definition: null, warm: () => pool.warm(), lend: null };
  const late = lateImports(provided, means.imports);
  const definition = defineGuest(compiled, { plan: numberOf(plan), provided, late, world, meter });
  if (!definition.handles && !compiled.waits && isBounded(plan, provided)) {
    // The host's thread runs it, and so do call threads, for their own calls; its pool counts them all.
    return {
      fn: local,
      definition,
      warm: () => pool.warm(),
      lend: (wait) => lendFrom(seatsOver(pool, elsewhere), wait, () => elsewhere.recall(id)),
    };
  }
  return sendGuest(compiled, definition, { elsewhere, policy, tried: means.tried, meter });
}

/** What call threads need to know of it. */
function defineGuest(
  compiled: CompiledFunction,
  facts: Pick<GuestDefinition, 'plan' | 'provided' | 'late' | 'world'> & { readonly meter: CallMeter },
): GuestDefinition {
  return {
    kind: 'wasm',
    id: compiled.id,
    entry: compiled.entry,
    plan: facts.plan,
    exportIndex: compiled.export.index,
    provided: facts.provided,
    world: facts.world,
    // The handles of a request are of the thread that its guest runs on, wherever that is.
    handles: !compiled.servesHttp && holdsHandles(compiled),
    waits: compiled.waits,
    suspends: compiled.suspends,
    late: facts.late,
    guarded: compiled.stoppable,
    repeatable: compiled.repeatable,
    average: new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT),
    meter: facts.meter.memory,
  };
}

/** A guest whose calls go to threads, but for those that end in a moment. */
function sendGuest(
  compiled: CompiledFunction,
  definition: GuestDefinition,
  {
    elsewhere,
    policy,
    tried,
    meter,
  }: Pick<MakeMeans, 'tried'> & {
    readonly elsewhere: Elsewhere;
    readonly policy: PoolPolicy;
    readonly meter: CallMeter;
  },
): Made {
  const { id, entry, signature } = compiled;
  const { world, provided, average } = definition;
  const facts = {
    id,
    signature,
    parameters: compiled.export.function.type.params.map((param) => param.name),
    defaults: defaultsOf(entry.options),
    handles: 'none', // of these its callers are told by proxies, which nobody has to end
    tellsTime: true,
  } as const;
  const fn = remoteFunction(facts, {
    elsewhere,
    makePool: (seats) => createPool(policy, seats, systemClock),
    clock: systemClock,
    reuse: policy.reuse,
    check: (args) => args,
    takesHandles: definition.handles,
    nearby: definition.handles
      ? null
      : nearbyRunner(compiled, {
          clock: systemClock,
          transport: transportNamed(entry.fields.transport)!,
          elsewhere,
          reuse: policy.reuse,
          meter,
          average,
          trial: compiled.servesHttp && world !== null && Object.keys(provided).length === 0 ? tried(world) : null,
        }),
  });
  const remote: WasmFunction = { ...fn, compiled };
  return { fn: remote, definition, warm: fn.warm, remote: true, lend: fn.lend };
}

/** Nothing in it can run long: handing such a call over costs more than making it. */
function isBounded({ program }: ComponentPlan, provided: ProvidedImports): boolean {
  const { checked, stoppable } = program as Program;
  return stoppable && checked.every((each) => each === null) && Object.keys(provided).length === 0;
}

/** A pool of instances that also lends seats: who borrows one makes an instance of its own. */
function seatsOver(
  pool: Pool<unknown>,
  elsewhere: Elsewhere,
): Pick<Pool<ReturnType<Elsewhere['newSeat']>>, 'run' | 'hasRoom'> {
  return {
    hasRoom: () => pool.hasRoom(),
    run: (job, admission) => pool.run(() => job(elsewhere.newSeat()), admission),
  };
}

function holdsHandles({ export: { function: fn } }: CompiledFunction): boolean {
  const { params, result } = fn.type;
  return params.some(({ type }) => containsHandle(type)) || (result !== null && containsHandle(result));
}

/** The imports that TypeScript gives to this entry, or null where objects of the host are among what they pass. */
function providedImports({ plan, imports }: CompiledFunction, host: HostImports): ProvidedImports | null {
  const provided: Record<string, readonly string[]> = {};
  for (const each of plan.imports) {
    const given = providedBy(each.name, host);
    if (given === undefined || imports.find(({ name }) => name === each.name)?.state === 'not granted') continue;
    if (passesObjects(each)) return null;
    provided[each.name] = namesOf(each).filter((name) => hasFunction(given, each, name));
  }
  return provided;
}

/** Those that a guest may have to wait for. */
function lateImports(provided: ProvidedImports, host: HostImports): ProvidedImports {
  const late = Object.entries(provided).map(([name, functions]) => {
    const given = providedBy(name, host)!;
    return [name, functions.filter((fn) => isAsync(given, name, fn))] as const;
  });
  return Object.fromEntries(late);
}

function passesObjects({ interface: iface, function: fn }: PlanImport): boolean {
  if (iface?.types.some((type) => type.resource !== null) === true) return true;
  const functions = iface?.functions ?? (fn === null ? [] : [fn]);
  return functions.some(({ type }) => {
    const types = [...type.params.map((param) => param.type), ...(type.result === null ? [] : [type.result])];
    return types.some(containsHandle);
  });
}

function namesOf(each: PlanImport): readonly string[] {
  if (each.kind === 'core') return each.coreFunctions;
  return each.interface === null ? [''] : each.interface.functions.map((fn) => fn.name);
}

function hasFunction(given: HostImportInterface | HostImportFunction, { kind }: PlanImport, name: string): boolean {
  return (kind === 'core' ? coreMember(given, name) : findHostFunction(given, name)) !== null;
}

function callProvided(host: HostImports, name: string, fn: string, args: readonly Value[]): unknown {
  const given = providedBy(name, host)!;
  const core = coreMember(given, fn);
  const found =
    findHostFunction(given, fn) ??
    (core === null ? null : (all: readonly unknown[]) => core.apply(given, all as unknown[]));
  if (found === null) throw new HostError('Unavailable', `${name} has no function ${fn} any more`);
  return found(args);
}
