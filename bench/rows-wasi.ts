/** What guests do with clocks, files and streams, against preview2-shim under jco. Needs `dist/` (npm run build). */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import type { Host, HostOptions } from '../src/index.js';
import type { Contestant, Contestants, Row } from './measure.js';

const FOLDER = join('.cache', 'bench', 'wasi');
const built = async (options: HostOptions): Promise<Host> => {
  const dist = (await import(pathToFileURL(join('dist', 'index.js')).href)) as typeof import('../src/index.js');
  return dist.createHost(options);
};

/** Node with JSPI suspends a guest that waits; without it the guest holds a thread. */
const SUSPENDS = 'Suspending' in WebAssembly;

const guest = (name: string, method: string, imports: readonly string[], more: object = {}) => ({
  name: method.replace(/^.*#/, ''),
  kind: 'function.wasm',
  fs: 'bench:guests',
  path: `/${name}.wasm`,
  hash: '', // filled in below
  method,
  imports,
  ...more,
});

async function registryOf(...entries: ReturnType<typeof guest>[]) {
  const { createHash } = await import('node:crypto');
  const { readFileSync } = await import('node:fs');
  const hashed = entries.map((entry) => ({
    ...entry,
    hash: `sha256:${createHash('sha256')
      .update(readFileSync(join('guests', 'dist', entry.path)))
      .digest('hex')}`,
  }));
  const folders = [
    { name: 'guests', kind: 'fs.directory', directory: './guests/dist' },
    { name: 'data', kind: 'fs.directory', directory: `./${FOLDER}`, auto_init: true },
  ];
  return { namespace: 'bench', entries: [...folders, ...hashed] };
}

/** Threads that start for the first sleepers must not be free again for the last. */
const WARMING_MS = 5000n;

const CLOCKS = ['wasi:io', 'wasi:clocks'];

/** How much later than asked a guest wakes. */
async function sleepError(): Promise<Contestants> {
  const host = await built({
    registry: await registryOf(guest('sleep', 'test-sleep#sleep-ms', CLOCKS, { pool: { type: 'lazy', max_size: 8 } })),
  });
  return {
    ours: {
      perRound: 1,
      rounds: 100,
      async run() {
        const start = process.hrtime.bigint();
        await host.call('bench:sleep-ms', [20n]);
        return process.hrtime.bigint() - start - 20_000_000n;
      },
    },
    close: () => host.close(),
  };
}

/** Many guests asleep for 100 ms at once; the time until all have woken. Where each holds a thread, all threads are there before. */
async function sleepers(count: number, pool: object): Promise<Contestants> {
  const host = await built({ registry: await registryOf(guest('sleep', 'test-sleep#sleep-ms', CLOCKS, { pool })) });
  const sleep = (ms: bigint) => Promise.all(Array.from({ length: count }, () => host.call('bench:sleep-ms', [ms])));
  if (!SUSPENDS) await sleep(WARMING_MS);
  const all = () => sleep(100n);
  return { ours: { perRound: 1, rounds: 6, run: all }, close: () => host.close() };
}

/** What one sleeping guest costs the process, in bytes. */
async function sleeperMemory(count: number): Promise<Contestants> {
  const registry = await registryOf(guest('sleep', 'test-sleep#sleep-ms', CLOCKS, { pool: { type: 'inline' } }));
  const host = await built({ registry });
  await host.call('bench:sleep-ms', [1n]);
  return {
    ours: {
      perRound: 1,
      rounds: 1,
      async run() {
        globalThis.gc?.();
        const before = process.memoryUsage.rss();
        const all = Promise.all(Array.from({ length: count }, () => host.call('bench:sleep-ms', [1500n])));
        await new Promise((resolve) => setTimeout(resolve, 1200));
        const during = process.memoryUsage.rss();
        await all;
        return BigInt(Math.round((during - before) / count));
      },
    },
    close: () => host.close(),
  };
}

/** Calls a guest under jco in its own process; it tells how long each call took. */
function jco(name: string, call: string, args: readonly unknown[], perRound: number, rounds: number): Contestant {
  let child: ChildProcess | null = null;
  let answers: AsyncIterator<string> | null = null;
  const start = async () => {
    child = spawn(process.execPath, [join('.cache', 'bench', 'wasi-jco.mjs'), name, FOLDER], {
      stdio: ['pipe', 'ignore', 'inherit', 'pipe'],
    });
    process.once('exit', () => child?.kill());
    const lines = createInterface({ input: child.stdio[3] as NodeJS.ReadableStream });
    answers = lines[Symbol.asyncIterator]();
    await answers.next();
  };
  const text = JSON.stringify(args, (_, value) => (typeof value === 'bigint' ? `${value}n` : value));
  return {
    perRound,
    rounds,
    async run(count) {
      if (child === null) await start();
      let sum = 0n;
      for (let i = 0; i < count; i++) {
        child?.stdin?.write(`${call} ${text}\n`);
        sum += BigInt((await answers?.next())?.value ?? 0);
      }
      return sum;
    },
  };
}

const MEGABYTE = 1_048_576;

/** The host's call is the whole call, hand-over and pool included; theirs is the export alone. */
async function readFile(): Promise<Contestants> {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'megabyte'), Buffer.alloc(MEGABYTE, 7));
  const entry = guest('attempts', 'digest', ['wasi:io', 'wasi:filesystem', 'wasi:clocks'], {
    pool: { type: 'static', size: 1 },
    wasi: { mounts: [{ fs: 'bench:data', guest: '/' }] },
  });
  const host = await built({ registry: await registryOf(entry) });
  const run = async (count: number) => {
    for (let i = 0; i < count; i++) await host.call('bench:digest', ['megabyte', false]);
  };
  return { ours: { perRound: 5, rounds: 20, run }, theirs: jco('attempts', 'digest', ['megabyte', false], 5, 20) };
}

async function writeStdout(): Promise<Contestants> {
  const entry = guest('stdio', 'write-pieces', ['wasi:io', 'wasi:cli'], { pool: { type: 'static', size: 1 } });
  let lines = 0;
  const log = () => {
    lines++;
  };
  const host = await built({ registry: await registryOf(entry), log });
  const run = async (count: number) => {
    for (let i = 0; i < count; i++) {
      lines = 0;
      await host.call('bench:write-pieces', ['out', BigInt(MEGABYTE), 64]);
      if (lines !== MEGABYTE / 64) throw new Error(`${lines} lines of ${MEGABYTE / 64} came to the log`);
    }
  };
  return {
    ours: { perRound: 1, rounds: 15, run },
    theirs: jco('stdio', 'writePieces', ['out', BigInt(MEGABYTE), 64], 1, 15),
  };
}

export const wasiRows: Row[] = [
  { id: 'sleep-20-error', unit: 'ms', against: null, target: 2, of: 'p99', setup: sleepError },
  SUSPENDS
    ? {
        id: 'sleep-5000-fresh',
        unit: 'ms',
        against: null,
        target: 1500,
        setup: () => sleepers(5000, { type: 'inline' }),
      }
    : {
        id: 'sleep-64',
        unit: 'ms',
        against: null,
        target: 250,
        setup: () => sleepers(64, { type: 'lazy', max_size: 64 }),
      },
  ...(SUSPENDS
    ? ([
        {
          id: 'sleep-5000-live',
          unit: 'ms',
          against: null,
          target: 600,
          setup: () => sleepers(5000, { type: 'lazy', max_size: 5000 }),
        },
      ] as const)
    : []),
  {
    id: 'sleeper-memory',
    unit: 'MB',
    against: null,
    target: null,
    setup: () => sleeperMemory(SUSPENDS ? 1000 : 64),
  },
  { id: 'file-read-1mb/jco', unit: 'us', against: 'preview2-shim under jco', target: 1, setup: readFile },
  { id: 'stdout-1mb-64/jco', unit: 'us', against: 'preview2-shim under jco', target: 0.5, setup: writeStdout },
];
