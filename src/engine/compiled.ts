/** A function of a guest behind the gate of its entry: made once on every thread that runs it. */
import { containsHandle } from '../abi/layout.js';
import { instanceOfHandles } from '../component/handle-owner.js';
import { instantiate } from '../component/instance.js';
import type { Program } from '../component/program.js';
import { suspensionOf } from '../component/suspension.js';
import type { ComponentPlan, GuestMemory, Instance, PlanFunction, PlanImport } from '../component/types.js';
import { HostBug } from '../errors.js';
import type { Guards, GuardTerms } from '../instrument/guard.js';
import { DEFAULT_POOL } from '../registry/kinds/common.js';
import { NO_POOL_FIELDS, normalizePool } from '../registry/pool.js';
import type { EntryOf } from '../registry/types.js';
import type { TextCodec } from '../text.js';
import type { Value } from '../values.js';
import type { World } from '../wasi/types.js';
import { printSignature, printWorld } from '../wit/print.js';
import {
  callsHost,
  gateFor,
  type HostImports,
  type ImportReport,
  missingImport,
  needsWorld,
  reportImports,
} from './gate.js';
import { isAsync, type LateImport, waitingFunctions } from './waits.js';

export type WasmEntry = EntryOf<'function.wat'> | EntryOf<'function.wasm'>;

/** A function of a guest, ready to be instantiated. Immutable. */
export interface CompiledFunction {
  readonly id: string;
  readonly entry: WasmEntry;
  readonly plan: ComponentPlan;
  readonly export: PlanFunction;
  /** It is `wasi:http/incoming-handler#handle`: it takes requests as they are. */
  readonly servesHttp: boolean;
  /** `transform-users: func(users: list<user>) -> list<user-view>` */
  readonly signature: string;
  readonly imports: readonly ImportReport[];
  /** Its answers may hold resource handles. */
  readonly givesHandles: boolean;
  /** Every export's signature, with its path where that says more: `test-sleep#sleep-ms: func(ms: u64)`. */
  exportSignatures(): readonly string[];
  /** The guest's world as WIT text. */
  worldText(): string;
  /**
   * The instance that a call with these arguments has to go to, because handles among them belong to it; null where any will do.
   */
  instanceFor(args: readonly Value[]): Instance | null;
  /** Its guest can be stopped while it runs. */
  readonly stoppable: boolean;
  /** A call that was stopped can be made again in another instance, and nobody can tell: its guest sees nothing of the host. */
  readonly repeatable: boolean;
  /** Its guest may have to wait: for time, for the host's thread, or for an `async` function of TypeScript's. */
  readonly waits: boolean;
  /** Its guest suspends where it waits, and its calls answer promises; else a guest that waits holds its thread. */
  readonly suspends: boolean;
  /** Its instances see a world: something that it is granted comes from this host. */
  readonly needsWorld: boolean;
  /**
   * A fresh instance of the plan.
   * @param world what it may see, where it {@link needsWorld}; null: only what TypeScript gave is there
   * @param terms those of its start functions; default: what was given for all instances
   * @throws Trap (a start function), or what an import threw
   */
  newInstance(world: World | null, terms?: GuardTerms): Instance;
  /** Guest code runs when an instance is made: start functions, `_initialize`. */
  readonly hasStart: boolean;
}

interface CompiledOptions {
  /** What TypeScript gives to guests. */
  readonly hostImports: HostImports;
  readonly text: TextCodec;
  readonly guards: Guards;
  /** On what terms guests run until their calls say otherwise. */
  readonly terms: GuardTerms;
  /** Suspend guests that wait, where this Node can; default: true. */
  readonly suspend?: boolean;
  /** Default: what TypeScript gave is an `async` function. */
  readonly isLate?: LateImport;
}

/** The export at `exportIndex` of a plan, as the entry's function. */
export function compiledFunction(
  entry: WasmEntry,
  plan: ComponentPlan,
  exportIndex: number,
  { hostImports: host, text, guards, terms, suspend = true, isLate = isAsync }: CompiledOptions,
): CompiledFunction {
  const chosen = plan.exports[exportIndex];
  if (chosen === undefined) throw new HostBug(`${entry.id}: its plan has no export ${exportIndex}`);
  const { id } = entry;
  const grants = entry.fields.imports;
  const { result } = chosen.function.type;
  const takesHandles = chosen.function.type.params.some((param) => containsHandle(param.type));
  const waiting = waitingFunctions(plan, grants, host, isLate);
  const suspension = suspend && waiting.waits ? suspensionOf(plan, waiting.may) : null;
  const gate = gateFor(grants, host);
  const imports = reportImports(plan, grants, host);
  const options = {
    suspension,
    text,
    guards,
    resolveImport: (each: PlanImport, guest: GuestMemory) => gate(each, guest, null),
    missingImport: (importName: string, functionName: string) =>
      missingImport(id, importName, functionName, grants, host, imports),
  };
  const servesHttp = isHttpHandler(chosen);
  // A variable that has to be there has to be there for guests that never look, too.
  const seesWorld = needsWorld(plan, grants, host) || entry.fields.wasi.env.some((each) => each.required);
  const { stoppable } = plan.program as Program;
  return {
    id,
    // Components of that world may answer once and be done: who wants instances to serve more requests says so.
    entry: servesHttp && entry.fields.pool === DEFAULT_POOL ? inline(entry) : entry,
    plan,
    export: chosen,
    servesHttp,
    signature: printSignature(chosen.function),
    imports,
    givesHandles: result !== null && containsHandle(result),
    instanceFor: takesHandles ? (args) => instanceOfHandles(args, plan) : () => null,
    exportSignatures: () => plan.exports.map(pathSignature),
    worldText: () => printWorld(plan.world),
    stoppable,
    repeatable: stoppable && !seesWorld && !callsHost(plan, grants, host),
    waits: waiting.waits,
    suspends: suspension !== null,
    needsWorld: seesWorld,
    newInstance(world, own = terms) {
      const given = { ...options, terms: own };
      if (world === null) return instantiate(plan, given);
      return instantiate(plan, {
        ...given,
        companion: world,
        resolveImport: (each, guest) => gate(each, guest, world),
      });
    },
    hasStart: hasStart(plan.program as Program),
  };
}

/** What has no checks may have a start function that nobody sees from here. */
function hasStart({ initialize, checked, stoppable }: Program): boolean {
  return initialize !== null || !stoppable || checked.some((each) => each !== null && each.added.start !== null);
}

function isHttpHandler({ interface: id, function: { name } }: PlanFunction): boolean {
  return /^wasi:http\/incoming-handler(?:@0\.2\.\d+)?$/.test(id ?? '') && name === 'handle';
}

function inline<E extends WasmEntry>(entry: E): E {
  const pool = normalizePool({ ...NO_POOL_FIELDS, type: 'inline' });
  return { ...entry, fields: { ...entry.fields, pool } };
}

function pathSignature(each: PlanFunction): string {
  const signature = printSignature(each.function);
  return each.interface === null ? signature : `${each.interface}#${signature}`;
}
