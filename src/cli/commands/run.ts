/** `moonwit run`: a Lua script from start to end. */
import { dirname, resolve } from 'node:path';
import { HostError } from '../../errors.js';
import { createHost } from '../../host/host.js';
import type { RunOptions } from '../../host/types.js';
import { type CliCommand, type CommandFlags, LOG_LEVEL_OPTION, REGISTRY_OPTION } from '../command.js';
import { findRegistry } from '../find-registry.js';
import { cacheOption, UNKNOWN_PROGRAM } from '../open.js';
import { printStats } from '../stats.js';
import { durationOption, levelOption, wholeOption } from '../units.js';

const NEW_LINE = new Uint8Array([10]);

export const run: CliCommand = {
  name: 'run',
  arguments: '<file> [args...]',
  summary: 'run a Lua script',
  description:
    'Runs a Lua script. Its host modules (funcs, json, errors, …) are globals, and files beside it can be required.\n' +
    'The registry is the nearest folder "registry" beside the script or above it, else here or above.\n' +
    'The script may return its exit code: a whole number from 0 to 255, or true or false. Returning nil and an error fails.',
  argumentHelp: { file: 'the Lua file', args: 'what the script sees as ... and arg' },
  options: [
    REGISTRY_OPTION,
    { flags: '--stats', description: 'print what the calls were like to the error stream' },
    {
      flags: '--threads <count>',
      description: 'run calls on this many threads (default: one for each core; 0: all on one)',
    },
    {
      flags: '--timeout <duration>',
      description: 'end the script after so long, waits included: 500 (milliseconds), 5s (default: 30s of Lua alone)',
    },
    { flags: '--memory <mb>', description: 'how many megabytes of strings it may keep (default: 256)' },
    { flags: '--instructions <count>', description: 'how many instructions of Lua it may run (default: any number)' },
    LOG_LEVEL_OPTION,
    {
      flags: '--allow-host <hosts>',
      description:
        'what the script may reach by http_client: host:port, *.domain, a CIDR, with commas between (default: nothing)',
    },
  ],
  passThrough: true,
  examples: [
    ['run a script with the registry beside it', 'moonwit run pipeline.lua'],
    ['give it arguments: they are strings', 'moonwit run report.lua 2026-01 --verbose'],
    ['and see what its calls cost', 'moonwit run --stats report.lua'],
    ['for five seconds at most, with 64 MB of strings', 'moonwit run --timeout 5s --memory 64 pipeline.lua'],
    ['let it ask one server', 'moonwit run --allow-host api.example.com:443 fetch.lua'],
    ['with another registry', 'moonwit run --registry ../shop/registry pipeline.lua'],
  ],
  async run([file, args], { registry: option, stats, threads: count, allowHost, logLevel, ...flags }, io) {
    const path = resolve(io.cwd, file as string);
    const threads = count === undefined ? null : wholeOption('--threads', count, 0, 999);
    const bounds = boundsOf(flags);
    const registry = findRegistry(option, [dirname(path), io.cwd], io);
    const host = await createHost({
      ...(registry === null ? {} : { registry }),
      ...cacheOption(io),
      imports: UNKNOWN_PROGRAM,
      ...(threads === null ? {} : { threads }),
      ...(allowHost === undefined ? {} : { allowedHosts: allowHost.split(',').map((host) => host.trim()) }),
      logLevel: levelOption(logLevel),
      warmThread: true,
      projectRoot: registry === null ? io.cwd : dirname(resolve(io.cwd, registry)),
      stdio: 'programs',
      print: (line) => io.out(Buffer.concat([line, NEW_LINE])),
    });
    try {
      return exitCodeFor(await host.run(path, { args: (args ?? []) as readonly string[], ...bounds }));
    } catch (error) {
      throw registry === null ? withoutRegistry(error) : error;
    } finally {
      if (stats === true) io.err(printStats(host.stats()));
      await host.close();
    }
  },
};

const MEGABYTE = 1024 * 1024;
/** One megabyte less than 2^53 bytes. */
const MAX_MEMORY_MB = Number.MAX_SAFE_INTEGER / MEGABYTE - 1;

/** @throws UsageError */
function boundsOf({ timeout, memory, instructions }: CommandFlags): RunOptions {
  const count = instructions === undefined ? null : wholeOption('--instructions', instructions, 1, 1e15 - 1);
  const megabytes = memory === undefined ? null : wholeOption('--memory', memory, 1, Math.floor(MAX_MEMORY_MB));
  return {
    ...(timeout === undefined ? {} : { timeout: durationOption('--timeout', timeout) }),
    limits: {
      ...(megabytes === null ? {} : { stringBytes: megabytes * MEGABYTE }),
      ...(count === null ? {} : { instructions: count }),
    },
  };
}

/** What a main chunk returned, read as a function's results are: a second value that is an error or a text is its failure. */
function exitCodeFor([result, failure]: readonly unknown[]): number {
  if (result instanceof HostError) throw result;
  if (failure instanceof HostError) throw failure;
  if (typeof failure === 'string' || failure instanceof Uint8Array) {
    const message = typeof failure === 'string' ? failure : Buffer.from(failure).toString();
    throw new HostError('Internal', message, { retryable: false });
  }
  if (result === undefined || result === null || result === true) return 0;
  if (result === false) return 1;
  if (typeof result === 'number' && Number.isInteger(result) && result >= 0 && result <= 255) return result;
  const expected = 'nothing, true/false or an exit code from 0 to 255';
  throw new HostError('Invalid', `the script returned ${described(result)}: expected ${expected}`, {
    details: { expected },
  });
}

function described(result: unknown): string {
  switch (typeof result) {
    case 'number':
    case 'bigint':
      return `${result}`;
    case 'string':
      return 'a string';
    default:
      if (result instanceof Uint8Array) return 'a string';
      return typeof (result as { opaqueKind?: unknown }).opaqueKind === 'string' ? 'an object' : 'a table';
  }
}

/** A script that calls a function where no registry is has a next step. */
function withoutRegistry(error: unknown): unknown {
  if (!(error instanceof HostError) || error.kind !== 'NotFound' || !error.message.includes('no handler')) return error;
  const hint = 'no folder "registry" was found beside the script, here or above: name one with --registry DIR';
  return new HostError(error.kind, `${error.message}\n  ${hint}`, {
    details: error.details,
    ...(error.luaStack === null ? {} : { luaStack: error.luaStack }),
  });
}
