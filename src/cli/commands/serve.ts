/** `moonwit serve`: a registry as a web service, from start to signal. */
import { join, resolve } from 'node:path';
import { toHostError } from '../../errors.js';
import { type HostResult, loadHost } from '../../host/host.js';
import type { HttpServing, ServeHostOptions } from '../../host/http.js';
import { partsOf } from '../../host/parts.js';
import { serveHttp } from '../../host/serve-http.js';
import type { Host, HostOptions } from '../../host/types.js';
import { formatProblems, registryError } from '../../registry/format.js';
import { parseListenAddress } from '../../registry/http/address.js';
import { type CliCommand, type CommandFlags, LOG_LEVEL_OPTION, REGISTRY_OPTION } from '../command.js';
import { needRegistry } from '../find-registry.js';
import { type CliIo, shownPath, UsageError } from '../io.js';
import { openOptions } from '../open.js';
import { type ServeLog, serveLog } from '../serve-log.js';
import { shortenPauses } from '../short-pauses.js';
import { levelOption } from '../units.js';

export const serve: CliCommand = {
  name: 'serve',
  arguments: '',
  summary: 'serve the HTTP endpoints of a registry',
  description:
    'Starts every http.service of the registry and prints its endpoints, one a line. Without an http.service, endpoints\n' +
    'are served at 127.0.0.1:8080. An endpoint is an entry beside a function:\n\n' +
    '  - name: greet_endpoint\n    kind: http.endpoint\n    method: POST\n    path: /api/greet\n    func: greet\n\n' +
    'SIGTERM and SIGINT stop it: no more connections are taken, requests that came are answered, then it ends. A second\n' +
    'signal ends it at once. Requests and errors are logged to the error stream, one JSON object a line.',
  argumentHelp: {},
  options: [
    REGISTRY_OPTION,
    { flags: '-p, --port <port>', description: 'where the first service listens, instead of what it says' },
    { flags: '--host <address>', description: 'the address that services listen on; 0.0.0.0 for all of the machine' },
    {
      flags: '--admin <address>',
      description: 'answer /healthz, /readyz and /metrics there, such as 127.0.0.1:9090; every request is counted',
    },
    { flags: '-w, --watch', description: 'load changed entries and wasm files while serving' },
    { flags: '--threads <count>', description: 'run calls on this many threads (default: as many as cores)' },
    {
      flags: '--grace <seconds>',
      description: 'how long requests may take to end at a stop (default: what services say, or 10)',
    },
    { flags: '--no-access-log', description: 'no line for each request' },
    LOG_LEVEL_OPTION,
  ],
  examples: [
    ['the registry here', 'moonwit serve'],
    ['while you write it', 'moonwit serve --watch'],
    ['behind a load balancer', 'moonwit serve --host 0.0.0.0 --port 8080 --admin 127.0.0.1:9090'],
    ['and ask it', `curl -d Ada http://127.0.0.1:8080/api/greet`],
  ],
  async run(_args, flags, io) {
    const registry = needRegistry(flags.registry, io);
    const log = serveLog(io, levelOption(flags.logLevel));
    const options = hostOptions(registry, flags, io, log);
    shortenPauses();
    const host = await opened(await loadHost(options));
    let serving: HttpServing;
    try {
      serving = await serveHttp(host, serveOptions(flags));
    } catch (error) {
      await host.close();
      throw error;
    }
    const state: State = { host, serving, io, log, options, closing: [] };
    const stopWatching = flags.watch === true ? await watch(registry, state) : null;
    printRoutes(serving, io);
    await stopSignal(io);
    log.tell('info', 'stopping: requests that came are being answered');
    await stopWatching?.();
    await serving.close();
    await Promise.all([state.host.close(), ...state.closing]);
    return 0;
  },
};

interface State {
  host: Host;
  readonly serving: HttpServing;
  readonly io: CliIo;
  readonly log: ServeLog;
  readonly options: HostOptions;
  /** Old versions whose last requests are under way. */
  readonly closing: Promise<unknown>[];
}

async function opened(result: HostResult): Promise<Host> {
  if (!result.ok) throw registryError(result.failure);
  return result.host;
}

function hostOptions(registry: string, { threads, logLevel }: CommandFlags, io: CliIo, log: ServeLog): HostOptions {
  const options = { ...openOptions(registry, io), print: log.print, logLevel: levelOption(logLevel) };
  return threads === undefined ? options : { ...options, threads: wholeOption('--threads', threads, 999) };
}

function serveOptions({ port, host, admin, grace, accessLog }: CommandFlags): ServeHostOptions {
  return {
    accessLog: accessLog !== false,
    ...(port === undefined ? {} : { port: wholeOption('--port', port, 65_535) }),
    ...(host === undefined ? {} : { host }),
    ...(admin === undefined ? {} : { admin: addressOption('--admin', admin) }),
    ...(grace === undefined ? {} : { stopGrace: 1000 * wholeOption('--grace', grace, 86_400) }),
  };
}

function wholeOption(flag: string, text: string, max: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) <= max) return Number(text);
  throw new UsageError(`${flag} ${text}: expected a whole number from 0 to ${max}`);
}

function addressOption(flag: string, text: string): string {
  if (parseListenAddress(text) !== null) return text;
  throw new UsageError(`${flag} ${text}: expected host:port, such as 127.0.0.1:9090`);
}

function printRoutes({ routes, admin }: HttpServing, io: CliIo): void {
  const width = Math.max(...routes.map(({ url }) => url.length));
  for (const { method, url, target } of routes) io.out(`${method.padEnd(7)} ${url.padEnd(width)}  ${target}\n`);
  if (admin !== null) io.out(`admin   ${admin}/healthz /readyz /metrics\n`);
}

/** Resolves at the first signal; the second one ends the process. */
function stopSignal(io: CliIo): Promise<void> {
  if (io.untilStopped !== undefined) return io.untilStopped();
  return new Promise((resolve) => {
    let stopping = false;
    const onSignal = () => {
      if (stopping) process.exit(1);
      stopping = true;
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** What is read as a part of a registry, or by one, whether it is there yet or not. */
const SOURCES = /\.(?:ya?ml|json|wat|wasm|lua|wit|pem|crt|key)$/i;
const SETTLE_MS = 100;

/** Loads the registry anew whenever something in it changed. @returns ends that */
async function watch(registry: string, state: State): Promise<() => Promise<void>> {
  const { watch: watchFiles } = await import('chokidar');
  const root = resolve(state.io.cwd, registry);
  const named = new Set(filesOf(state.host));
  const watcher = watchFiles([root, ...named], {
    ignoreInitial: true,
    ignored: (path, stats) =>
      !named.has(resolve(path)) &&
      (/[\\/](?:node_modules|\.[^\\/]+)(?:[\\/]|$)/.test(path.slice(root.length)) ||
        (stats?.isFile() === true && !SOURCES.test(path))),
  });
  const alsoWatch = (paths: readonly string[]) => {
    const more = paths.filter((each) => !named.has(each));
    for (const each of more) named.add(each);
    watcher.add(more);
  };
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  let changed = new Set<string>();
  watcher.on('all', (_event, path) => {
    changed.add(shownPath(resolve(path), state.io));
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(() => {
      const files = [...changed];
      changed = new Set();
      running = running.then(() => reload(state, files, alsoWatch));
    }, SETTLE_MS);
  });
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return async () => {
    if (timer !== null) clearTimeout(timer);
    await watcher.close();
    await running;
  };
}

/** What a registry is made of, whatever it is called and wherever it lies: texts, wasm files, keys and certificates. */
function filesOf(host: Host): readonly string[] {
  const { registry } = partsOf(host);
  const binaries = registry.ofKind('function.wasm').flatMap(({ fields }) => {
    const folder = registry.getOf('fs.directory', fields.fs);
    return folder === undefined ? [] : [join(folder.fields.path, fields.path)];
  });
  const keys = registry.ofKind('http.service').flatMap(({ fields: { certificates } }) => {
    if (certificates === null) return [];
    const { cert, key, clientCa } = certificates;
    return [cert, key, clientCa].flatMap((each) => (each?.type === 'file' ? [each.path] : []));
  });
  return [...registry.sources.keys(), ...binaries, ...keys].map((each) => resolve(each));
}

const GOES_ON = 'what was loaded before goes on serving';

async function reload(
  state: State,
  files: readonly string[],
  alsoWatch: (paths: readonly string[]) => void,
): Promise<void> {
  const { io, log, serving, options } = state;
  try {
    const loaded = await loadHost(options, state.host);
    if (!loaded.ok) {
      const { problems, sources } = loaded.failure;
      alsoWatch([...sources.keys()].map((each) => resolve(each)));
      const message = `the registry is broken: ${GOES_ON}`;
      log.tell('error', message, { files, problems }, `${formatProblems(problems, sources)}\n${message}`);
      return;
    }
    await replace(state, loaded.host);
    alsoWatch(filesOf(loaded.host));
    log.tell('info', 'loaded anew', { files });
    printRoutes(serving, io);
  } catch (error) {
    const { kind, message, details } = toHostError(error);
    const fields = { files, kind, error: message, ...(details === null ? {} : { details }) };
    log.tell('error', `the new version cannot be served: ${GOES_ON}`, fields, `error: ${message}\n${GOES_ON}`);
  }
}

async function replace(state: State, next: Host): Promise<void> {
  const before = state.host;
  let drained: Promise<void>;
  try {
    ({ drained } = await state.serving.use(next));
  } catch (error) {
    await next.close();
    throw error;
  }
  state.host = next;
  const closed = drained.then(() => before.close());
  state.closing.push(closed);
  closed.finally(() => state.closing.splice(state.closing.indexOf(closed), 1)).catch(() => {});
}
