/** Entries become functions: on the host's thread, or on call threads where those may run them. */
import type { ComponentPlan } from '../component/types.js';
import { HostError } from '../errors.js';
import { defaultsOf } from '../functions/defaults.js';
import type { Elsewhere } from '../functions/elsewhere.js';
import { luaFunction, luaInstances } from '../functions/lua.js';
import { type CallMeter, callMeter } from '../functions/meter.js';
import { fromPlain } from '../functions/plain.js';
import { type LendWait, type LentSeat, remoteFunction } from '../functions/remote.js';
import type { TableFunction } from '../functions/table.js';
import { type HostFunction, typescriptFunction } from '../functions/typescript.js';
import { systemClock } from '../pool/clock.js';
import { poolPolicy } from '../pool/policy.js';
import { createPool } from '../pool/pool.js';
import type { EntryOf, Registry } from '../registry/types.js';
import { functionSource, type LuaRoom } from '../runner/lua.js';
import type { FunctionDefinition } from '../threads/definitions.js';
import type { Value } from '../values.js';

/** Everything callable, and what threads need to know of it. */
export interface HostFunctions {
  readonly functions: Map<string, TableFunction>;
  definitionOf(id: string): FunctionDefinition;
  planOf(number: number): ComponentPlan;
  meterOf(id: string): CallMeter | undefined;
  /** Whether calls of this function always go to a thread. */
  runsElsewhere(id: string): boolean;
  lend(id: string, wait: LendWait | null): Promise<LentSeat> | null;
  /** Calls what TypeScript gave for an import, for a guest on another thread. */
  callImport(name: string, fn: string, args: readonly Value[]): unknown;
  /** Makes the instances that pools want before the first call. */
  warm(): void;
}

interface FunctionMeans {
  readonly registry: Registry;
  /** Of TypeScript, by ID. */
  readonly provided: { readonly [id: string]: HostFunction };
  readonly lua: LuaRoom;
  /** null: the registry has none. */
  readonly guests: Guests | null;
  readonly cores: number;
  /** null: everything runs on the host's thread. */
  readonly elsewhere: Elsewhere | null;
}

/** How guests become functions: see `guests.ts`, which loads with the first one. */
export interface Guests {
  make(id: string, meter: CallMeter, numberOf: (plan: ComponentPlan) => number): Made;
  callImport: HostFunctions['callImport'];
}

/** One function and what threads need to know of it. */
export interface Made {
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
        : means.guests!.make(entry.id, meterFor(entry.id), numberOf),
    );
  }
  for (const [id, fn] of Object.entries(means.provided)) {
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
    callImport: (name, fn, args) => means.guests!.callImport(name, fn, args),
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
  const facts = {
    id,
    signature: null,
    defaults: defaultsOf(entry.options),
    handles: 'receives',
    tellsTime: true,
  } as const;
  const fn = remoteFunction(facts, {
    elsewhere,
    makePool: (seats) => createPool(policy, seats, systemClock),
    clock: systemClock,
    reuse: policy.reuse,
    check: (args) => args.map((arg, index) => fromPlain(arg, `${id}: argument ${index + 1}`)),
  });
  return {
    fn,
    definition: {
      kind: 'lua',
      id,
      entry,
      source,
      average: new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT),
      meter: meter.memory,
    },
    warm: fn.warm,
    remote: true,
    lend: fn.lend,
  };
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
