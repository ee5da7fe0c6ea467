/** What a VM is made of and what it gives: the options and the interface that `host.ts` and the specs see. */

import type { CallContext, FunctionCaller } from '../functions/types.js';
import type { IoPort } from '../io.js';
import type { TextCodec } from '../text.js';
import type { Value } from '../values.js';
import type { LuaPlatform, LuaRegistry } from './platform.js';

/** Time, passed in so that specs can drive it. */
export interface LuaClock {
  /** Milliseconds that only go forward: limits, deadlines, `os.clock`. */
  monotonicMs(): number;
  /** Milliseconds since 1970 UTC: `os.time`, `os.date`. */
  wallMs(): number;
  /** Calls `callback` once after `ms`; the answer cancels it. */
  timer(ms: number, callback: () => void): () => void;
}

/** Bounds of one run: a script from start to end, or one call of a Lua function. `null`: unbounded. */
export interface LuaLimits {
  /** VM instructions, counted in thousands; steps of library functions (pattern matching, sorting) count as well. */
  readonly instructions: number | null;
  /** Milliseconds in which Lua itself runs; waits do not count. */
  readonly luaMs: number | null;
  /** Milliseconds from start to end, waits included. */
  readonly executionMs: number | null;
  /** Bytes of strings made by the run (`..`, rep, concat, gsub, format, …); see {@link LuaVmOptions.externalBytes}. */
  readonly stringBytes: number;
  /** Bytes of the longest string. */
  readonly stringLength: number;
  /** Bytes of one text given to `load`. */
  readonly sourceBytes: number;
}

export const DEFAULT_LIMITS: LuaLimits = {
  instructions: null,
  luaMs: 30_000,
  executionMs: null,
  stringBytes: 256 * 1024 * 1024,
  stringLength: 64 * 1024 * 1024,
  sourceBytes: 4 * 1024 * 1024,
};

/** What code may reach, and where that is written: a function's entry names it, a script's host knows it. */
export interface HostReach {
  readonly hosts: readonly string[];
  readonly by: 'network' | 'script';
}

/** A Lua text and the name that messages give it (`pipeline.lua`, `myns:pipeline`). */
export interface LuaSource {
  readonly name: string;
  readonly source: string | Uint8Array;
}

/** What is checked: a function's source is to give its `method`. */
interface CheckedSource extends LuaSource {
  readonly method?: string | null;
}

/** A `library.lua` that another source reaches by `require(alias)`. */
export interface LuaLibrary {
  readonly id: string;
  readonly source: string | Uint8Array;
  /** The file that its text is from: what places in it are called, instead of the ID. */
  readonly file?: string;
  /** Host modules that it may use, beside those that are always there. */
  readonly modules?: readonly string[];
  readonly imports?: { readonly [alias: string]: LuaLibrary };
}

/** A `function.lua`: its source returns a function, or a table whose field `method` is the function. */
export interface LuaFunctionSource extends LuaLibrary {
  readonly method: string;
  readonly limits?: Partial<LuaLimits>;
  /** Patterns of hosts that it may reach; default: none. */
  readonly allowedHosts?: readonly string[];
}

/** What bounds a script beside its context. */
export interface ScriptTerms {
  readonly limits: Partial<LuaLimits>;
  /** The script's own timeout, which made the context's deadline. */
  readonly timeoutMs: number | null;
}

export interface LuaScript extends LuaSource, Partial<ScriptTerms> {
  /** `arg[1]`, …, also the script's `...`. */
  readonly args?: readonly Value[];
  readonly context?: CallContext;
}

export interface LuaVmOptions {
  /** Where `funcs.call` goes. */
  readonly functions: FunctionCaller;
  readonly clock: LuaClock;
  readonly text: TextCodec;
  /** One line of `print`, without its end. `location` is `name:line`. */
  readonly print: (line: Uint8Array, location: string) => void;
  /** The text of a file beside a script, by the name given to `require`; null when there is none. */
  readonly resolveFile?: (module: string) => LuaSource | null;
  /** Lua texts that are shipped with the host and can be required by name, such as the test library. */
  readonly libraries?: { readonly [name: string]: string };
  readonly limits?: Partial<LuaLimits>;
  /**
   * Live bytes outside the JavaScript heap (`process.memoryUsage().arrayBuffers` in Node). With it the budget of string
   * bytes bounds what is alive; without it, all that was ever made.
   */
  readonly externalBytes?: () => number;
  /** The host's name in process IDs. */
  readonly hostName?: string;
  /** Algorithms and the log; without it, modules that need them answer Unavailable. */
  readonly platform?: LuaPlatform;
  /**
   * Whether the call that a context belongs to was cancelled, where no signal can say so while Lua computes; asked every
   * thousand instructions.
   */
  readonly isCancelled?: (context: CallContext) => boolean;
  /** How long a run has the thread, and what gives the others there a turn before `again`; default: for ever. */
  readonly slices?: { readonly ms: number; readonly next: (again: () => void) => void };
  /** What only the host's thread can do; without it, modules that need it answer Unavailable. */
  readonly io?: IoPort;
  /** The entries that `registry` shows; asked for when a script looks. Without it, there are none. */
  readonly registry?: () => LuaRegistry;
}

/** A Lua function, loaded. */
export interface LuaCallable {
  readonly id: string;
  /**
   * Calls it with values of the middle form. Answers at once where nothing has to be waited for.
   * @throws HostError (also as the promise's rejection)
   */
  call(args: readonly Value[], context: CallContext): Value | Promise<Value>;
}

export interface LuaVm {
  /**
   * Runs a script from start to end; host modules are globals too, and files beside it can be required.
   * @returns what its main chunk returned
   * @throws HostError (also as the promise's rejection), with `luaStack`
   */
  runScript(script: LuaScript): Value[] | Promise<Value[]>;
  /**
   * Compiles a function; its main chunk runs at the first call.
   * @throws HostError for text that is no Lua (kind Invalid, details `{line}`)
   */
  loadFunction(source: LuaFunctionSource): LuaCallable;
  /**
   * Compiles without running, for checks.
   * @throws HostError as {@link loadFunction}; NotFound, where no run of the source can give its method
   */
  check(source: CheckedSource): void;
  /** Tasks that wait for something, or for their turn. */
  waitingTasks(): number;
  /** Ends every run with Canceled; the VM runs nothing afterwards. */
  close(): void;
}
