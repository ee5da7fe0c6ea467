/** Entries become functions: on the host's thread, or on call threads where those may run them. */
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
import { luaFunction, luaInstances } from '../functions/lua.js';
import { type CallMeter, callMeter } from '../functions/meter.js';
import { nearbyRunner } from '../functions/nearby.js';
import { fromPlain } from '../functions/plain.js';
import { type LendWait, type LentSeat, lendFrom, remoteFunction } from '../functions/remote.js';
import type { TableFunction } from '../functions/table.js';
import { typescriptFunction } from '../functions/typescript.js';
import { type WasmFunction, wasmFunction, wasmInstances } from '../functions/wasm.js';
import { systemClock } from '../pool/clock.js';
import { poolPolicy } from '../pool/policy.js';
import { createPool } from '../pool/pool.js';
import type { Pool } from '../pool/types.js';
import type { EntryOf, Registry } from '../registry/types.js';
import { functionSource, type LuaRoom } from '../runner/lua.js';
import { type WorldRoom, worldTemplate } from '../runner/worlds.js';
import type { FunctionDefinition, ProvidedImports } from '../threads/definitions.js';
import { transportNamed } from '../transport/transports.js';
import type { Value } from '../values.js';
import type { HostOptions } from './types.js';

/** Everything callable, and what threads need to know of it. */
export interface HostFunctions {
  readonly functions: Map<string, TableFunction>;
  definitionOf(id: string): FunctionDefinition;
  planOf(number: number): ComponentPlan;
  meterOf(id: string): CallMeter | undefined;
  /** Whether calls of this function always go to a thread. */
  runsElsewhere(id: string): boolean;
  lend(id: string, wait: LendWait | null): Promise<LentSeat> | null;
  /** Makes the instances that pools want before the first call. */
  warm(): void;
}

export interface FunctionMeans {
  readonly options: HostOptions;
  readonly registry: Registry;
  readonly compiled: (id: string) => CompiledFunction;
  readonly lua: LuaRoom;
  /** The worlds of guests that run on the host's thread. */
  readonly worlds: WorldRoom;
  readonly cores: number;
  /** null: everything runs on the host's thread. */
  readonly elsewhere: Elsewhere | null;
}

interface Made {
  readonly fn: TableFunction;
  readonly definition: FunctionDefinition | null;
  readonly warm: () => void;
  /** Its calls always go to a thread. */
  readonly remote?: boolean;
  readonly lend: ((wait: LendWait | null) => Promise<LentSeat> | null) | null;
}

export function makeFunctions(means: FunctionMeans): HostFunctions {
  const made = new Map<string, Made>();
  const meters = new Map<string, CallMeter>();
  const meterFor = (id: string): CallMeter => {
    const meter = callMeter();
    meters.set(id, meter);
    return meter;
  };
  const plans: ComponentPlan[] = [];
  const numberOf = (plan: ComponentPlan): number => {
    const known = plans.indexOf(plan);
    return known >= 0 ? known : plans.push(plan) - 1;
  };
  for (const entry of means.registry.functions()) {
    made.set(
      entry.id,
      entry.kind === 'function.lua'
        ? makeLua(entry, means, meterFor(entry.id))
        : makeWasm(means.compiled(entry.id), means, numberOf, meterFor(entry.id)),
    );
  }
  for (const [id, fn] of Object.entries(means.options.functions ?? {})) {
    checkFunctionId(id, means.registry);
    meterFor(id);
    made.set(id, { fn: typescriptFunction(id, fn), definition: null, warm: () => {}, lend: null });
  }
  return {
    functions: new Map([...made].map(([id, { fn }]) => [id, fn])),
    definitionOf(id) {
      const found = made.get(id);
      if (found === undefined) return { kind: 'unknown', id };
      const { signature, parameters = [] } = found.fn;
      const shape = signature === null ? null : { signature, parameters };
      return found.definition ?? { kind: 'host', id, shape };
    },
    planOf: (number) => plans[number]!,
    meterOf: (id) => meters.get(id),
    runsElsewhere: (id) => made.get(id)?.remote ?? false,
    lend: (id, wait) => made.get(id)?.lend?.(wait) ?? null,
    warm: () => {
      for (const { warm } of made.values()) warm();
    },
  };
}

function makeLua(
  entry: EntryOf<'function.lua'>,
  { registry, lua, cores, elsewhere }: FunctionMeans,
  meter: CallMeter,
): Made {
  const { id } = entry;
  const source = functionSource(entry, registry);
  const policy = poolPolicy(entry.fields.pool, cores);
  if (elsewhere === null) {
    const pool = createPool(
      policy,
      luaInstances(() => lua.load(source)),
      systemClock,
    );
    return { fn: luaFunction(entry, { pool }), definition: null, warm: () => {}, lend: null };
  }
  const facts = { id, signature: null, defaults: defaultsOf(entry.options), handles: 'receives' } as const;
  const fn = remoteFunction(facts, {
    elsewhere,
    makePool: (seats) => createPool(policy, seats, systemClock),
    clock: systemClock,
    reuse: policy.reuse,
    check: (args) => args.map((arg, index) => fromPlain(arg, `${id}: argument ${index + 1}`)),
  });
  return {
    fn,
    definition: { kind: 'lua', id, entry, source, meter: meter.memory },
    warm: fn.warm,
    remote: true,
    lend: fn.lend,
  };
}

function makeWasm(
  compiled: CompiledFunction,
  { options, registry, worlds, cores, elsewhere }: FunctionMeans,
  numberOf: (plan: ComponentPlan) => number,
  meter: CallMeter,
): Made {
  const { id, entry, plan, signature } = compiled;
  const policy = poolPolicy(entry.fields.pool, cores);
  const pool = createPool(policy, wasmInstances(compiled, meter), systemClock);
  const transport = transportNamed(entry.fields.transport)!;
  const world = compiled.needsWorld ? worldTemplate(entry, compiled.export.path, registry) : null;
  const seen = world === null ? {} : { worlds: worlds(world) };
  const local = wasmFunction(compiled, { clock: systemClock, transport, pool, ...seen });
  if (elsewhere === null) return { fn: local, definition: null, warm: () => pool.warm(), lend: null };
  const provided = providedImports(compiled, options.imports ?? {});
  if (provided === null) return { fn: local, definition: null, warm: () => pool.warm(), lend: null };
  // The handles of a request are of the thread that its guest runs on, wherever that is.
  const handles = !compiled.servesHttp && holdsHandles(compiled);
  const definition: FunctionDefinition = {
    kind: 'wasm',
    id,
    entry,
    plan: numberOf(plan),
    exportIndex: compiled.export.index,
    provided,
    world,
    handles,
    waits: compiled.waits,
    suspends: compiled.suspends,
    late: lateImports(provided, options.imports ?? {}),
    guarded: compiled.stoppable,
    average: new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT),
    meter: meter.memory,
  };
  if (handles || (!compiled.waits && isBounded(plan, provided))) {
    // The host's thread runs it, and so do call threads, for their own calls; its pool counts them all.
    return {
      fn: local,
      definition,
      warm: () => pool.warm(),
      lend: (wait) => lendFrom(seatsOver(pool, elsewhere), wait, () => elsewhere.recall(id)),
    };
  }
  const parameters = compiled.export.function.type.params.map((param) => param.name);
  const facts = { id, signature, parameters, defaults: defaultsOf(entry.options), handles: 'none' } as const;
  const fn = remoteFunction(facts, {
    elsewhere,
    makePool: (seats) => createPool(policy, seats, systemClock),
    clock: systemClock,
    reuse: policy.reuse,
    check: (args) => args,
    nearby: nearbyRunner(compiled, {
      clock: systemClock,
      transport,
      elsewhere,
      reuse: policy.reuse,
      average: definition.average,
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

/** Calls what TypeScript gave for an import, for a guest on another thread. */
export function callProvided(host: HostImports, name: string, fn: string, args: readonly Value[]): unknown {
  const given = providedBy(name, host)!;
  const core = coreMember(given, fn);
  const found =
    findHostFunction(given, fn) ??
    (core === null ? null : (all: readonly unknown[]) => core.apply(given, all as unknown[]));
  if (found === null) throw new HostError('Unavailable', `${name} has no function ${fn} any more`);
  return found(args);
}

function checkFunctionId(id: string, registry: Registry): void {
  const malformed = !/^[^:]+:[^:]+$/.test(id);
  if (malformed) throw new HostError('Invalid', `functions: ${JSON.stringify(id)}: expected an ID such as "app:now"`);
  const taken = registry.get(id);
  if (taken === undefined) return;
  const { file, line } = taken.place;
  const place = line === 0 ? file : `${file}:${line}`;
  throw new HostError(
    'AlreadyExists',
    `functions: ${id} is also an entry of the registry (${place}): rename one of them`,
  );
}
