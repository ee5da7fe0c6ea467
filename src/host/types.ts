/** The public API's types: what `createHost` takes and what a host can do. */
import type { Worker } from 'node:worker_threads';
import type { HostImports, ImportReport } from '../engine/gate.js';
import type { CallStats } from '../functions/meter.js';
import type { HostFunction } from '../functions/typescript.js';
import type { LogLevel, LogRecord } from '../lua/platform.js';
import type { PoolStats } from '../pool/types.js';
import type { PoolConfig } from '../registry/pool.js';
import type { Place, RegistryDocument } from '../registry/types.js';
import type { CrewStats } from '../threads/crew.js';

/** What `createHost` takes. Options that do not exist or have a wrong type are Invalid, by their name. */
export interface HostOptions {
  /**
   * A folder with YAML files, or documents as objects (what a YAML file holds). Without it there are only `functions`.
   * @example { namespace: 'myns', entries: [{ name: 'answer', kind: 'function.wat', source: '(module …)', method: 'answer' }] }
   */
  readonly registry?: string | RegistryDocument | readonly RegistryDocument[];
  /** What `fs.directory` with `base: project` is relative to; default: the working directory. */
  readonly projectRoot?: string;
  /** TypeScript functions by ID, callable from Lua, from guests and by {@link Host.call}. They may be async. */
  readonly functions?: { readonly [id: string]: HostFunction };
  /**
   * Interfaces that guests may import, by WIT interface ID: functions by their WIT names, resources as classes. An entry gets
   * one only where its `imports` names it.
   */
  readonly imports?: HostImports;
  /** Keeps compiled WAT texts between runs in this folder, which is made when needed; default: nowhere. */
  readonly cacheFolder?: string;
  /**
   * How many calls run at once, each on a thread of its own; calls that wait do not count. Threads start when they are needed.
   * Default: as many as there are cores. 0: everything runs on the caller's thread. Code that is not built (the sources of this
   * package under a loader) has no threads.
   */
  readonly threads?: number;
  /** Starts a thread with a Lua VM while the registry loads, for a script or a Lua function that comes right after. */
  readonly warmThread?: boolean;
  /** Sees every thread that is started, for tools that watch threads or end them to see what happens. */
  readonly onThread?: (worker: Worker) => void;
  /** How long {@link Host.close} lets calls that run come to an end, in ms; default 5000. */
  readonly closeGrace?: number;
  /**
   * What scripts that {@link Host.run} runs may reach by `http_client`: `host`, `host:port`, `*.domain`, an address or a CIDR, as
   * in `allowed_hosts` of an entry; default: nothing. Functions reach what their entries name.
   */
  readonly allowedHosts?: readonly string[];
  /** What bounds scripts that {@link Host.run} runs, where that says nothing else. Functions have the limits of their entries. */
  readonly scriptLimits?: ScriptLimits;
  /** Takes what Lua prints, a line without its end at a time; default: the standard output. `place` is `script.lua:3`. */
  readonly print?: (line: Uint8Array, place: string) => void;
  /** Takes what Lua's `logger` and guests write; default: lines of JSON on the error stream. */
  readonly log?: (record: LogRecord) => void;
  /** Records below it are neither written nor given to `log`; default `'debug'`: all are. */
  readonly logLevel?: LogLevel;
  /**
   * Where the standard output and error of guests go. 'log', the default: to the log, line by line, with the function's ID and
   * the stream among the fields. 'inherit': to this process's own streams, as bytes, and its standard input is theirs.
   * 'programs': that for guests that are programs (`wasi:cli/run`, `_start`), and the log for all others.
   */
  readonly stdio?: 'log' | 'inherit' | 'programs';
  /** What each call's guest finds in its standard input; default: nothing, or with `stdio: 'inherit'` this process's own. */
  readonly stdin?: string | Uint8Array;
}

/** What bounds one call of {@link Host.call}. */
export interface CallHostOptions {
  /**
   * Cancels the call: it fails as Canceled, with the signal's reason as `cause`, or with the reason itself where that is a
   * {@link HostError} of kind Timeout.
   */
  readonly signal?: AbortSignal;
  /** Bounds the call, waiting included, in ms above 0; default: no bound. */
  readonly timeout?: number;
}

/** What bounds one script of {@link Host.run}, and what it is given. */
export interface RunOptions extends CallHostOptions {
  /** What the script sees as `...` and `arg`. */
  readonly args?: readonly unknown[];
  /** What bounds this script, where it is not what `scriptLimits` of the host says. */
  readonly limits?: ScriptLimits;
}

/** Bounds of one script, from start to end; null: none. Its time with waits is bounded by `timeout`. */
export interface ScriptLimits {
  /** Milliseconds in which Lua itself runs; default 30 000, or what a `timeout` says instead. */
  readonly luaMs?: number | null;
  /** VM instructions, and steps of library functions; default: none. */
  readonly instructions?: number | null;
  /** Bytes of strings alive; default 256 MiB. */
  readonly stringBytes?: number;
  /** Bytes of the longest string; default 64 MiB. */
  readonly stringLength?: number;
  /** Bytes of one text given to `load`; default 4 MiB. */
  readonly sourceBytes?: number;
}

/**
 * A guest's resource in your hands. It keeps its instance, on its thread, from being used again until it is dropped, or nobody
 * refers to it any more.
 * @example
 * const counter = await host.call<Handle>('t:make', [41]);
 * await counter.call('increment'); // 42
 * await counter.drop();
 */
export interface Handle extends Disposable, AsyncDisposable {
  /** False once it was dropped, or moved into a guest. */
  readonly alive: boolean;
  /**
   * Calls one of the resource's methods, by its WIT name.
   * @throws HostError as `host.call`; Internal, when its instance has trapped, or its thread has ended, before
   */
  call(method: string, ...args: unknown[]): Promise<unknown>;
  /**
   * The same with a `timeout` or a `signal`.
   * @throws HostError Invalid, for options that are none
   * @example await counter.with({ timeout: 100 }).call('increment')
   */
  with(options: CallHostOptions): Pick<this, 'call'>;
  /** Destroys the resource; the second time does nothing. Who wants to know how its destructor ended waits for it. */
  drop(): Promise<void>;
}

/** One function that can be called. */
export interface FunctionSummary {
  /** `namespace:name` */
  readonly id: string;
  /** The entry's kind, or `typescript`. */
  readonly kind: string;
  /** `transform-users: func(users: list<user>) -> list<user-view>`; null where there are no types (Lua, TypeScript). */
  readonly signature: string | null;
  /** `meta.comment` or `meta.description`, where the entry has one. */
  readonly comment: string | null;
}

/** What `moonwit show` prints. */
export interface FunctionDescription extends FunctionSummary {
  /** Where its entry stands; null for functions in TypeScript. */
  readonly place: Place | null;
  /** What its `pool:` comes to; null for functions without a pool. */
  readonly pool: PoolConfig | null;
  /** Its instances and its queue at this moment; null for functions that are no guest's. */
  readonly poolStats: PoolStats | null;
  /** The export that calls go to; null for functions that are no guest's, as all that follows. */
  readonly method: string | null;
  /** Signatures of all exports of the guest, with their interfaces. */
  readonly exports: readonly string[] | null;
  /** What the guest imports, and whether its entry grants that. */
  readonly imports: readonly ImportReport[] | null;
  /** The guest's world as WIT text. */
  readonly wit: string | null;
}

/** What one function's calls were like since the host was made. */
export interface FunctionStats extends CallStats {
  /** Its instances and its queue now; null for functions without a pool. */
  readonly pool: PoolStats | null;
}

/** What {@link Host.stats} answers. */
export interface HostStats {
  /** By ID. */
  readonly functions: { readonly [id: string]: FunctionStats };
  /** null where everything runs on the caller's thread. */
  readonly threads: CrewStats | null;
}

/** A registry with everything in it callable. */
export interface Host extends AsyncDisposable {
  /**
   * Calls a function by ID. Arguments and answer are plain values: objects, arrays, strings, numbers, bigint for s64 and u64,
   * Uint8Array for list<u8>; none is undefined; WIT's field names.
   *
   * @throws HostError NotFound (no such function), Invalid (arguments that do not fit), Internal (a trap), Timeout, Canceled, …
   * @example
   * const product = await host.call('myns:compute', [6, 7]); // 42
   */
  call<T = unknown>(id: string, args?: readonly unknown[], options?: CallHostOptions): Promise<T>;
  /**
   * Runs a Lua script from a file, with host modules as globals and the files beside it for `require`.
   *
   * @returns what its main chunk returned, as plain values
   * @throws HostError, with the Lua stack in `luaStack`
   * @example
   * const [count] = await host.run('report.lua', { args: ['2026-01'] });
   */
  run(file: string, options?: RunOptions): Promise<unknown[]>;
  /** Every callable function, by ID. */
  list(): readonly FunctionSummary[];
  /**
   * One function in full.
   * @throws HostError NotFound, as {@link call}
   */
  describe(id: string): FunctionDescription;
  /** Facts for the operator: calls, errors by kind, waits, instances, threads. */
  stats(): HostStats;
  /**
   * Refuses further calls, lets those that run end within `closeGrace`, cancels the rest, and leaves no thread, timer or handle
   * behind.
   */
  close(): Promise<void>;
}
