/** What the component room gives to others: plans, instances, traps. Plans are immutable, structured-cloneable data. */
import type { HolderTime } from './handle-calls.js';

export type { MismatchFacts } from '../abi/errors.js';

import type { GuardTerms, StopReason } from '../instrument/guard.js';
import type { Value } from '../values.js';
import type { WitFunction, WitInterface, WitWorld } from '../wit/types.js';
import type { AroundImports, Suspension } from './suspension-types.js';

/** One function that a component (or a core module with WIT) exports. */
export interface PlanFunction {
  /** Position in {@link ComponentPlan.exports}. */
  readonly index: number;
  /** The exporting interface's full ID (`ns:pkg/iface@1.2.3`), or null for a function exported by the world itself. */
  readonly interface: string | null;
  readonly function: WitFunction;
  /** `name`, or `interface#name` with resource functions as `[method]counter.increment`: unique within the plan. */
  readonly path: string;
}

/** One thing that a component asks of its host. */
export interface PlanImport {
  /** `wasi:cli/stderr@0.2.0`, a bare function name, or a core module's import module (`wasi_snapshot_preview1`). */
  readonly name: string;
  /** 'type': a type of an interface, imported by its own name; nothing to supply. */
  readonly kind: 'interface' | 'function' | 'core' | 'type';
  /** For 'interface'. */
  readonly interface: WitInterface | null;
  /** For 'function'. */
  readonly function: WitFunction | null;
  /** For 'core': names of the imported functions. */
  readonly coreFunctions: readonly string[];
}

export interface ComponentPlan {
  readonly kind: 'component' | 'module';
  readonly imports: readonly PlanImport[];
  readonly exports: readonly PlanFunction[];
  /** Functions that a module exports and nobody can call: its WIT does not have them, or no WIT type fits. */
  readonly untyped?: { readonly names: readonly string[]; readonly why: 'not-in-wit' | 'core-type' };
  /** For printing (`moonwit show`) and stubs. */
  readonly world: WitWorld;
  /** The linked program; private to component/. */
  readonly program: unknown;
}

/** How lifted values look: 'go' for Lua and other functions (tagged middle form), 'js' for TypeScript callers (plain values). */
export type LiftTarget = 'go' | 'js';

/** A host function given to guests. Arguments and result are plain TypeScript values ('js'). */
// biome-ignore lint/suspicious/noExplicitAny: arguments are typed by WIT, at run time
export type HostImportFunction = (...args: any[]) => unknown;

/** One imported interface: functions by WIT name; a resource is a class whose methods carry the resource's functions. */
export type HostImportInterface = { readonly [name: string]: HostImportFunction | (new (...args: never[]) => object) };

/** What host functions that take pointers see of the guest that calls them. */
export interface GuestMemory {
  /** A core module's exported memory; null for components, and while a start section runs. */
  memory(): WebAssembly.Memory | null;
}

export interface InstantiateOptions {
  /** The host's side of an import, or undefined when it is not granted or not there; asked once per instance. */
  readonly resolveImport: (
    entry: PlanImport,
    guest: GuestMemory,
  ) => HostImportInterface | HostImportFunction | undefined;
  /** The error to throw when a guest calls a function whose import was not resolved. */
  readonly missingImport: (importName: string, functionName: string) => Error;
  /** Makes its guests suspend where they wait; see {@link Instance.callLater}. */
  readonly suspension?: Suspension | null;
  /** Goes with the instance; nothing here looks at it. */
  readonly companion?: unknown;
}

export interface Instance {
  /** What was given along with it, for those who made it. */
  readonly companion: unknown;
  /** True after a trap: never entered again. */
  readonly poisoned: boolean;
  /**
   * Calls the export at `index` of the plan's exports.
   * @throws ArgumentMismatch (the caller's arguments do not fit), Trap (the guest's fault), or what a host import threw
   */
  call(index: number, args: readonly Value[], target: LiftTarget): Value;
  /**
   * As {@link call}, for an instance with a suspension: answers a promise, and its guest suspends where an import answers with one.
   * Until it is settled no other call enters the instance.
   */
  callLater(index: number, args: readonly Value[], target: LiftTarget): Value | Promise<Value>;
  /** Stands around every call of an import from now on, where the instance has a suspension; null: nothing does. */
  aroundImports(around: AroundImports | null): void;
  /** Ends the wait of a suspended guest: the import that it waits for fails with `error`. Nothing happens where none waits. */
  interrupt(error: unknown): void;
  /** Whether its guest could suspend at this moment. */
  readonly maySuspend: boolean;
  /** What the last {@link callLater} has waited so far, by the clock of its terms. */
  readonly waitedMs: number;
  /** On what terms its guests run from now on; they are stopped at the next check where these do not hold. */
  arm(terms: GuardTerms): void;
  /** Stands around methods and destructors that holders of its handles call, outside of other calls. */
  aroundHolders: ((run: () => unknown, time?: HolderTime) => unknown) | null;
  /** Why its guest was stopped, which then trapped; null where a trap was its own. */
  readonly stopped: StopReason | null;
  /** Units of work since it was made, about one for an instruction: the same for the same calls. 0 without checks. */
  work(): number;
  /**
   * Remembers what it is now, before its first call, for {@link renew}.
   * @returns false where its code can change more than can be put back
   */
  keepBeginning(): boolean;
  /** Puts it back to its beginning: whoever calls it next cannot tell it from a new one. @returns false where it is not usable */
  renew(): boolean;
  /** Live handles given out to the caller; an instance with any is pinned. */
  readonly liveHandles: number;
  /** Objects of the host that its guests have open. */
  readonly hostObjects: number;
}
