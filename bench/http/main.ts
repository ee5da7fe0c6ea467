/**
 * Servers against their opponents, by wrk over loopback: contestants take turns, so that what else the machine does falls on both.
 * `--seconds N` a turn (default 5); `--soak MINUTES` of requests of which some trap and some run into their limit.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { ask } from './ask.js';
import { writeRegistry } from './registry.js';
import { soak } from './soak.js';
import { atHalfThePeak, isInstalled, type Load, peakOf, percent } from './wrk.js';

if (process.argv.includes('--help')) {
  process.stdout.write(`npm run bench:http [-- --seconds N] [-- --soak MINUTES]

Measures servers in turn against bare node:http, fastify with jco, and jco serve, by wrk (apt-get install wrk).
  --seconds N     a turn of each contestant (default 5; 0: no turns, for a soak alone)
  --soak MINUTES  after that: requests of which some trap and some run into their limit; every answer is checked,
                  and memory told by quarters
`);
  process.exit(0);
}

const ROUNDS = 3;
const option = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const seconds = option('seconds', 5);
const soakMinutes = option('soak', 0);

if (!isInstalled()) {
  process.stdout.write('wrk is not installed: apt-get install wrk\n');
  process.exit(1);
}

interface Contestant {
  readonly port: number;
  readonly child: ChildProcess;
}

/** @param args of Node: a program whose first line ends in its port, or names a URL */
async function start(...args: readonly string[]): Promise<Contestant> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.resume();
  for await (const line of createInterface({ input: child.stdout })) {
    return { port: Number(/(?:^|:)(\d+)(?:\/|$)/.exec(line)![1]), child };
  }
  throw new Error(`${args.join(' ')} did not start`);
}

const opponent = (name: string) => start('.cache/bench/http/server.mjs', name);

/** As a person starts it: the package as it is built, with call threads. */
const served = () =>
  start('--import', './.cache/bench/http/tell-memory.mjs', 'dist/cli.js', 'serve', '--registry', writeRegistry());

const loadOf = ({ port }: Contestant, path: string, post = false): Load => ({ port, path, post, seconds });

function row(what: string, ours: string, theirs: string, ratio: number, target: string): void {
  process.stdout.write(
    `${what.padEnd(44)} ${ours.padStart(12)} ${theirs.padStart(12)} ${ratio.toFixed(2).padStart(8)}   ${target}\n`,
  );
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

function duel(
  what: string,
  one: Contestant,
  path: string,
  other: Contestant,
  otherPath: string,
  post: boolean,
  target: string,
): void {
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(peakOf(loadOf(one, path, post)));
    theirs.push(peakOf(loadOf(other, otherPath, post)));
  }
  const [a, b] = [median(ours), median(theirs)];
  row(what, `${a.toFixed(0)}/s`, `${b.toFixed(0)}/s`, a / b, target);
}

/** `jco serve` makes an instance for every request. */
async function jcoServe(): Promise<Contestant> {
  const port = await freePort();
  const child = spawn('npx', ['jco', 'serve', 'guests/dist/http-echo.wasm', '--port', String(port)], {
    stdio: 'ignore',
    detached: true,
  });
  for (let attempt = 0; attempt < 300; attempt++) {
    if ((await ask(port, '/hello')).status === 200) return { port, child };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('jco serve did not start');
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** The server that Node is itself stands beside: what both share is the machine's, and the load's. */
function pacedRows(one: Contestant, path: string, other: Contestant, otherPath: string): void {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: atHalfThePeak(loadOf(one, path)),
    theirs: atHalfThePeak(loadOf(other, otherPath)),
  }));
  const middle = (who: 'ours' | 'theirs') =>
    rounds.map((round) => round[who]).sort((a, b) => a.p99Ms / a.p50Ms - b.p99Ms / b.p50Ms)[Math.floor(ROUNDS / 2)]!;
  for (const [name, who, target] of [
    ['GET', 'ours', '≤ 5'],
    ['bare node:http', 'theirs', ''],
  ] as const) {
    const { share, connections, p50Ms, p99Ms } = middle(who);
    const what = `${name} at ${percent(share)} of peak, -c${connections}: p99 / p50`;
    row(what, `${p99Ms.toFixed(2)} ms`, `${p50Ms.toFixed(2)} ms`, p99Ms / p50Ms, target);
  }
}

/** What is measured, and against what. */
async function duels(): Promise<void> {
  process.stdout.write(
    `wrk -t1 -c32 -d${seconds}s, median of ${ROUNDS}\n${'measured'.padEnd(44)} ${'moonwit'.padStart(12)} ${'opponent'.padStart(12)} ${'ratio'.padStart(8)}   target\n`,
  );
  duel('GET, wat function, pooled / bare node:http', moonwit, '/answer', bare, '/', false, '≥ 0.6');
  duel('POST greet, pooled / fastify + jco', moonwit, '/greet', fastify, '/greet', true, '≥ 1.0');
  duel(
    'POST greet, inline / fastify + jco, new each',
    moonwit,
    '/greet-inline',
    fastify,
    '/greet-inline',
    true,
    '≥ 10',
  );
  const jco = await jcoServe();
  duel('incoming-handler, inline / jco serve', moonwit, '/hello', jco, '/hello', false, '≥ 2');
  process.kill(-jco.child.pid!);
  pacedRows(moonwit, '/answer', bare, '/');
}

const [bare, moonwit, fastify] = await Promise.all([opponent('bare'), served(), opponent('fastify')]);
try {
  if (seconds > 0) await duels();
  if (soakMinutes > 0) {
    if (!(await soak(moonwit.port, moonwit.child, soakMinutes))) process.exitCode = 1;
  } else process.stdout.write('10 minutes with traps and timeouts: npm run bench:http -- --soak 10\n');
} finally {
  for (const { child } of [bare, moonwit, fastify]) child.kill();
}
process.exit();
