/** What a function is, as data that a thread can build it from. */

import type { ComponentPlan } from '../component/types.js';
import type { FunctionShape } from '../functions/types.js';
import type { LogLevel } from '../lua/platform.js';
import type { LuaFunctionSource } from '../lua/types.js';
import type { EntryOf } from '../registry/types.js';
import type { StdioOptions } from '../runner/worlds.js';
import type { WorldTemplate } from '../wasi/worlds.js';

/** Function names of imports that TypeScript provides, by the import's name; empty names stand for the import itself. */
export type ProvidedImports = { readonly [name: string]: readonly string[] };

export type FunctionDefinition =
  | {
      readonly kind: 'wasm';
      readonly id: string;
      readonly entry: EntryOf<'function.wat'> | EntryOf<'function.wasm'>;
      /** Plans are sent once to each thread. */
      readonly plan: number;
      readonly exportIndex: number;
      readonly provided: ProvidedImports;
      /** Its arguments or answers hold handles, of instances on the thread of the caller; TypeScript's on the one that made them. */
      readonly handles: boolean;
      /** What its guests may see; null where that is nothing of this host. */
      readonly world: WorldTemplate | null;
      /** Its guest may wait. One that does not suspend stands still then: never where others run. */
      readonly waits: boolean;
      /** Its guest suspends where it waits, and leaves the thread to others. */
      readonly suspends: boolean;
      /** Of {@link provided}, those that TypeScript declared `async`. */
      readonly late: ProvidedImports;
      /** Can be stopped while it runs beside other code. */
      readonly guarded: boolean;
      /** A call that was stopped can be made again elsewhere, and nobody can tell. */
      readonly repeatable: boolean;
      /** Average running time in ms, 0 while unknown; every thread reads and writes it. */
      readonly average: SharedArrayBuffer;
      /** Where its calls are counted. */
      readonly meter: SharedArrayBuffer;
    }
  | {
      readonly kind: 'lua';
      readonly id: string;
      readonly entry: EntryOf<'function.lua'>;
      readonly source: LuaFunctionSource;
      /** As a guest's: of the time until a call answers or waits. */
      readonly average: SharedArrayBuffer;
      readonly meter: SharedArrayBuffer;
    }
  /** Runs on the host's thread: TypeScript functions, and guests that hold the host's objects. */
  | { readonly kind: 'host'; readonly id: string; readonly shape: FunctionShape | null }
  | { readonly kind: 'unknown'; readonly id: string };

/** What is posted to a thread's port before the first message that needs it. */
export interface DefinitionMessage {
  readonly definition: FunctionDefinition;
  /** The plan, where this thread does not have it yet. */
  readonly plan: ComponentPlan | null;
}

/** What is posted to both ends of a lane before the first message that needs it. */
export interface LaneMessage {
  /** Never used twice. */
  readonly lane: number;
  readonly memory: SharedArrayBuffer;
  readonly side: 'caller' | 'server';
  /** Of the thread at the other end: its number and its control memory. */
  readonly thread: number;
  readonly control: SharedArrayBuffer;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly memory: {
    readonly toThread: SharedArrayBuffer;
    readonly toHost: SharedArrayBuffer;
    readonly control: SharedArrayBuffer;
  };
  /** The host's clock at its `performance.timeOrigin`, by the clock that all threads share. */
  readonly originMs: number;
  readonly cores: number;
  /** The log goes to the host, instead of where logs go. */
  readonly forwardLog: boolean;
  /** What is below it is not written. */
  readonly logLevel: LogLevel;
  /** Where the standard streams of guests go. */
  readonly stdio: StdioOptions;
  /** Load the Lua VM at once. */
  readonly lua: boolean;
}
