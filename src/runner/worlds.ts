/** The worlds of guests, as any thread makes them: over its services, its log and the machine's files, clocks and randomness. */
import { isProgram } from '../engine/programs.js';
import { openVolume as openFolder } from '../files/volume.js';
import type { FunctionCaller } from '../functions/types.js';
import type { ServedCall, Worlds } from '../functions/worlds.js';
import type { HttpCall, ThreadServices } from '../io.js';
import type { LogLevel, LogRecord } from '../lua/platform.js';
import { pinoLog } from '../platform/log.js';
import { lazyPackages, nodeCrypto } from '../platform/packages.js';
import { ownInput, ownTerminals, writeOwn } from '../platform/stdio.js';
import type { Clock } from '../pool/clock.js';
import type { Entry, EntryOf, Registry } from '../registry/types.js';
import type { Value } from '../values.js';
import { incomingRequest, responseOutparam } from '../wasi/http-served.js';
import { lineOutput } from '../wasi/stdio.js';
import type { World } from '../wasi/types.js';
import type { GuestStdio } from '../wasi/world.js';
import { type ThreadMeans, type WorldTemplate, worldSource } from '../wasi/worlds.js';
import { volumeOf } from './volumes.js';

/** Plain data: call threads get it, too. */
export interface StdioOptions {
  /** 'log': lines of the log. 'inherit': the process's own streams. 'programs': those for programs, the log for the rest. */
  readonly mode: 'log' | 'inherit' | 'programs';
  /** What guests read from their standard input; null: nothing, or with 'inherit' the process's own. */
  readonly input: Uint8Array | null;
}

export interface WorldRoomOptions {
  readonly services: ThreadServices;
  /** Whom guests call. */
  readonly functions: FunctionCaller;
  readonly clock: Clock;
  /** Runs `run` after `delayMs`, exactly; default: by the clock. */
  readonly after?: (delayMs: number, run: () => void) => () => void;
  readonly stdio: StdioOptions;
  /** Takes the lines that guests write; default: lines of JSON on the error stream. */
  readonly log?: (record: LogRecord) => void;
  /** What is below it is not written, without `log`; default 'debug'. */
  readonly logLevel?: LogLevel;
  /** Default: as the machine has them. */
  readonly openVolume?: ThreadMeans['openVolume'];
  /** Answers to requests go out as wholes only; default: as they come. */
  readonly holds?: boolean;
}

/** Worlds for the instances of one function. */
export type WorldRoom = (template: WorldTemplate) => Worlds;

/** Timers of the clock are up to 2 ms late, never early; who is woken early waits on. */
const EARLY_MS = 2;

export function worldRoom({
  services,
  functions,
  clock,
  after,
  stdio,
  log,
  logLevel,
  openVolume = openFolder,
  holds = false,
}: WorldRoomOptions): WorldRoom {
  const write = log ?? pinoLog(lazyPackages(), 2, logLevel);
  const means: ThreadMeans = {
    services,
    after: after ?? ((delayMs, run) => clock.after(delayMs - EARLY_MS, run)),
    wallNs: () => BigInt(Date.now()) * 1_000_000n,
    randomBytes: (count) => nodeCrypto().randomFillSync(new Uint8Array(count)),
    openVolume,
    stdio: ({ id, program }) =>
      stdio.mode === 'inherit' || (program && stdio.mode === 'programs')
        ? ownStdio(stdio)
        : loggedStdio(id, stdio, write),
  };
  return (template) => ({
    ...worldSource(template, means),
    functions,
    serve: (world, http) => serve(world, http, holds),
  });
}

function serve(world: World, http: HttpCall, holds: boolean): ServedCall {
  const { outparam, outcome } = responseOutparam(world, http, holds);
  const args = [incomingRequest(world, http), outparam] as unknown as Value[];
  return {
    args,
    answered() {
      if (outcome.failure !== null) throw outcome.failure;
      return outcome.reply !== null;
    },
  };
}

function loggedStdio(id: string, { input }: StdioOptions, log: (record: LogRecord) => void): GuestStdio {
  const output = lineOutput((stream, message) =>
    log({
      level: stream === 'stdout' ? 'info' : 'warn',
      message,
      logger: '',
      pid: '',
      location: '',
      fields: { function: id, stream },
    }),
  );
  return { output, input: input === null ? null : once(input), terminals: [false, false, false] };
}

function ownStdio({ input }: StdioOptions): GuestStdio {
  const own = ownInput();
  return {
    output: { write: writeOwn, endCall: () => own.close() },
    input: input === null ? () => own.read() : once(input),
    terminals: ownTerminals(),
  };
}

function once(input: Uint8Array): () => Uint8Array | null {
  let rest: Uint8Array | null = input.length === 0 ? null : input;
  return () => {
    const bytes = rest;
    rest = null;
    return bytes;
  };
}

/** What an entry says of its guests' world. @param path of the export that calls go to */
export function worldTemplate(
  { id, fields: { wasi } }: EntryOf<'function.wat'> | EntryOf<'function.wasm'>,
  path: string,
  registry: Pick<Registry, 'get'>,
): WorldTemplate {
  return {
    id,
    args: wasi.args,
    cwd: wasi.cwd,
    env: wasi.env,
    mounts: wasi.mounts.map((mount) => ({
      guest: mount.guest,
      volume: volumeOf(registry.get(mount.fs) as Extract<Entry, { kind: 'fs.directory' }>, mount.readOnly),
    })),
    allowedHosts: wasi.allowedHosts,
    program: isProgram(path),
  };
}
