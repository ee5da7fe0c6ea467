/** Calls on threads, against the same calls at their caller's and against a bare worker. Needs `dist/` (npm run build). */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Host, HostOptions } from '../src/index.js';
import type { Contestant, Row } from './measure.js';
import { makeUsers } from './rows-engine.js';

const FOLDER = join('.cache', 'bench', 'threads');
/** Threads need the built package: a thread's file stands beside it. */
const built = async (options: HostOptions): Promise<Host> => {
  const dist = (await import(pathToFileURL(join('dist', 'index.js')).href)) as typeof import('../src/index.js');
  return dist.createHost({ threads: availableParallelism(), ...options });
};

const wat = (name: string, source: string, more: object = {}) => ({
  name,
  kind: 'function.wat',
  source,
  method: name,
  pool: { type: 'lazy', max_size: 8 },
  limits: { max_execution_ms: 1000 },
  ...more,
});

const COMPUTE = '(func (export "compute") (param i32 i32) (result i32) (i32.mul (local.get 0) (local.get 1)))';
const WORK = `(module (func (export "work") (param i32) (result i32)
  (loop $more (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $more (local.get 0))) (i32.const 7)))`;
/** A loop that is never entered: the call might run long for all that the host can tell. */
const UNBOUNDED = COMPUTE.replace('(i32.mul', '(loop $more (br_if $more (i32.const 0))) (i32.mul');

/** Guests of which nothing but their time tells whether they are short. */
const MIXED = `(module (func (export "mixed") (param i32 i32 i32) (result i32)
  (loop $more (local.set 2 (i32.sub (local.get 2) (i32.const 1))) (br_if $more (i32.gt_s (local.get 2) (i32.const 0))))
  (i32.mul (local.get 0) (local.get 1))))`;

const registry = {
  namespace: 'bench',
  entries: [
    wat('compute', `(module ${COMPUTE})`),
    wat('unbounded', `(module ${UNBOUNDED})`.replace('"compute"', '"unbounded"')),
    wat('mixed', MIXED),
    // A shared memory takes no checks, so under a limit the call always gets a thread of its own.
    wat('elsewhere', `(module (memory 1 1 shared) ${UNBOUNDED})`.replace('"compute"', '"elsewhere"')),
    wat('work', WORK),
    wat('loop', '(module (func (export "loop") (loop $for_ever (br $for_ever))))', {
      limits: { max_execution_ms: 100 },
    }),
    wat('trap', '(module (func (export "trap") unreachable))'),
    wat('spin', '(module (func (export "spin") (loop $for_ever (br $for_ever))))', { limits: { max_execution_ms: 2 } }),
  ],
};

/** Runs a script once per round; it loops `count` times itself. */
function script(host: Host, name: string, source: string, perRound: number, rounds: number): Contestant {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.lua`);
  writeFileSync(file, source);
  return { perRound, rounds, run: (count) => host.run(file, { args: [count] }) };
}

const loop = (call: string) => `local count = ...
for i = 1, count do local value, err = ${call} if err then error(err) end end`;

function sequence(host: Host, id: string, args: readonly unknown[], perRound: number, rounds: number): Contestant {
  return {
    perRound,
    rounds,
    async run(count) {
      for (let i = 0; i < count; i++) await host.call(id, args);
    },
  };
}

const ECHO = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, args: [a, b] }) => parentPort.postMessage({ id, value: Math.imul(a, b) }));`;

/** What a pool over a worker's port does at least for a call: a message there and a message back. */
function portCaller(): (args: readonly unknown[]) => Promise<unknown> {
  const worker = new Worker(ECHO, { eval: true });
  const waiting = new Map<number, (value: unknown) => void>();
  let last = 0;
  worker.on('message', ({ id, value }: { id: number; value: unknown }) => {
    waiting.get(id)?.(value);
    waiting.delete(id);
  });
  return (args) =>
    new Promise((resolve) => {
      waiting.set(++last, resolve);
      worker.postMessage({ id: last, args });
    });
}

async function against(id: string, at: (host: Host) => Contestant, theirs: (host: Host) => Contestant) {
  const host = await built({ registry });
  await host.call(id, [6, 7]);
  return { ours: at(host), theirs: theirs(host), close: () => host.close() };
}

const port = (perRound: number, rounds: number): Contestant => {
  const call = portCaller();
  return {
    perRound,
    rounds,
    async run(count) {
      for (let i = 0; i < count; i++) await call([6, 7]);
    },
  };
};

/**
 * A function that usually works for a while goes to another thread also where a call of it happens to be short: those calls are timed,
 * four after each long one.
 */
async function handedOver() {
  const host = await built({ registry });
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, 'thread.lua');
  writeFileSync(
    file,
    `local funcs, count = require("funcs"), ...
${BESIDE}
local function call(loops)
  local value, err = funcs.call("bench:mixed", 6, 7, loops)
  if value ~= 42 then error(err or "a wrong answer") end
end
local spent = 0
for i = 1, count / 4 do
  call(6000000)
  local start = os.clock()
  for n = 1, 4 do call(1) end
  spent = spent + (os.clock() - start)
end
return spent`,
  );
  return {
    ours: {
      perRound: 40,
      rounds: 50,
      async run(count: number) {
        const before = host.stats().threads?.direct ?? 0;
        const spent = BigInt(Math.round(Number(await host.run(file, { args: [count] })) * 1e9));
        const direct = (host.stats().threads?.direct ?? 0) - before;
        if (direct < count / 2) throw new Error(`only ${direct} of ${count} calls went to a thread directly`);
        return spent;
      },
    },
    close: () => host.close(),
  };
}

/** With another task waiting, a call that is not short goes to another thread. */
const BESIDE = 'coroutine.spawn(function() require("time").sleep("1h") end)';

/** A guest of some 0.4 ms, which is what goes from thread to thread. */
async function direct() {
  const host = await built({ registry });
  const source = (setup: string) => `${setup}\n${loop('funcs.call("bench:work", 1000000)')}`;
  return {
    ours: script(host, 'direct-thread', source(BESIDE), 100, 30),
    theirs: script(host, 'direct-here', source(''), 100, 30),
    close: () => host.close(),
  };
}

async function transform() {
  const host = await built({ registry: 'registry' });
  const users = JSON.stringify(JSON.stringify(makeUsers(1000)));
  const source = (setup: string) => `local json = require("json")
local users = json.decode(${users})
${setup}
${loop('funcs.call("myns:transform_users", users)')}`;
  return {
    ours: script(host, 'transform-thread', source(BESIDE), 20, 10),
    theirs: script(host, 'transform-here', source(''), 20, 10),
    close: () => host.close(),
  };
}

async function parallel() {
  const host = await built({ registry, threads: 2 });
  const one = await built({ registry, threads: 1 });
  const eight = (from: Host): Contestant => ({
    perRound: 1,
    rounds: 20,
    run: () => Promise.all(Array.from({ length: 8 }, () => from.call('bench:work', [16_000_000]))),
  });
  return {
    ours: eight(host),
    theirs: eight(one),
    close: async () => void (await Promise.all([host.close(), one.close()])),
  };
}

/** A process of its own that burns a core while it is let. */
function burner() {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGKILL'));
  child.kill('SIGSTOP');
  return { start: () => child.kill('SIGCONT'), stop: () => child.kill('SIGSTOP') };
}

/** Calls one after the other for as long as one guest loops before its limit ends it. */
const NEIGHBOUR_MS = 100;

/** The 99th percentile of other calls while a guest loops for ever under a limit, against the same beside a process that burns a core. */
async function neighbour() {
  const host = await built({ registry, threads: 2 });
  const burning = burner();
  const p99 = async (): Promise<bigint> => {
    const times: bigint[] = [];
    const end = process.hrtime.bigint() + BigInt(NEIGHBOUR_MS * 0.9e6);
    for (let start = process.hrtime.bigint(); start < end; ) {
      await host.call('bench:work', [1000]);
      const now = process.hrtime.bigint();
      times.push(now - start);
      start = now;
    }
    times.sort((a, b) => Number(a - b));
    return times[Math.floor(times.length * 0.99)] as bigint;
  };
  const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  return {
    ours: {
      perRound: 1,
      rounds: 15,
      async run() {
        const looping = host.call('bench:loop').catch(() => {});
        await pause(5);
        const found = await p99();
        await looping;
        return found;
      },
    },
    theirs: {
      perRound: 1,
      rounds: 15,
      async run() {
        burning.start();
        await pause(5);
        const found = await p99();
        burning.stop();
        return found;
      },
    },
  };
}

/** So many calls are under way at once. */
const IN_FLIGHT = 64;

function crowd(call: () => Promise<unknown>, perRound: number, rounds: number): Contestant {
  return {
    perRound,
    rounds,
    async run(count) {
      let left = count;
      const one = async () => {
        while (left-- > 0) if ((await call()) !== 42) throw new Error('a wrong answer');
      };
      await Promise.all(Array.from({ length: IN_FLIGHT }, one));
    },
  };
}

const PISCINA_WORKER = `import { workerData } from 'node:worker_threads';
const { exports } = new WebAssembly.Instance(workerData);
export default ([a, b]) => exports.compute(a, b);`;

/** Both with as many threads as there are cores; their workers call the bare export of a live instance. */
async function piscina(id: string, perRound: number) {
  const host = await built({ registry });
  const { default: wabt } = await import('wabt');
  const bytes = (await wabt()).parseWat('compute.wat', `(module ${COMPUTE})`).toBinary({}).buffer;
  mkdirSync(FOLDER, { recursive: true });
  const filename = join(process.cwd(), FOLDER, 'piscina-worker.mjs');
  writeFileSync(filename, PISCINA_WORKER);
  const { Piscina } = await import('piscina');
  const pool = new Piscina({
    filename,
    workerData: new WebAssembly.Module(bytes as Uint8Array<ArrayBuffer>),
    minThreads: availableParallelism(),
    maxThreads: availableParallelism(),
  });
  return {
    ours: crowd(() => host.call(id, [6, 7]), perRound, 12),
    theirs: crowd(() => pool.run([6, 7]), 2000, 12),
    close: async () => void (await Promise.all([host.close(), pool.destroy()])),
  };
}

async function trapsAndTimeouts() {
  const host = await built({ registry });
  let i = 0;
  const next = async () => {
    const kind = ++i % 10;
    if (kind === 1) await expectKind(host.call('bench:trap'), 'Internal');
    else if (kind === 2) await expectKind(host.call('bench:spin'), 'Timeout');
    else if ((await host.call('bench:work', [100])) !== 7) throw new Error('a wrong answer');
  };
  return async (count: number) => {
    for (let n = 0; n < count; n++) await next();
  };
}

/** Bytes that this process holds, garbage collected as far as that goes. */
async function settledRss(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage.rss();
}

/** How much this process grows by 10 000 calls of which every tenth traps and every tenth times out, after as many to warm up. */
async function growth() {
  const calls = await trapsAndTimeouts();
  return {
    ours: {
      perRound: 1,
      rounds: 1,
      async run() {
        await calls(5000);
        const before = await settledRss();
        await calls(10_000);
        return BigInt(Math.max(0, (await settledRss()) - before));
      },
    },
  };
}

async function expectKind(answer: Promise<unknown>, kind: string): Promise<void> {
  const error = await answer.then(
    () => null,
    (thrown: { kind: string }) => thrown,
  );
  if (error?.kind !== kind) throw new Error(`expected ${kind}, got ${error?.kind}`);
}

export const threadRows: Row[] = [
  {
    id: 'pool-local-scalar',
    unit: 'us',
    against: null,
    target: 5,
    async setup() {
      const host = await built({ registry });
      return {
        ours: script(host, 'local', loop('funcs.call("bench:unbounded", 6, 7)'), 20_000, 15),
        close: () => host.close(),
      };
    },
  },
  {
    id: 'pool-thread-scalar',
    unit: 'us',
    against: null,
    target: 40,
    setup: handedOver,
  },
  {
    // Its guest takes no checks: only the host can end it, so its calls go by way of the host.
    id: 'pool-thread-unchecked',
    unit: 'us',
    against: null,
    target: null,
    async setup() {
      const host = await built({ registry });
      return {
        ours: script(host, 'thread-unchecked', loop('funcs.call("bench:elsewhere", 6, 7)'), 3000, 10),
        close: () => host.close(),
      };
    },
  },
  {
    id: 'pool-thread-direct',
    unit: 'us',
    against: "at the caller's: what handing over a guest with checks adds",
    held: 'difference',
    target: null,
    setup: direct,
  },
  {
    id: 'ts-scalar/port',
    unit: 'us',
    against: 'a message to a bare worker and back',
    target: 0.5,
    setup: () =>
      against(
        'bench:compute',
        (host) => sequence(host, 'bench:compute', [6, 7], 1000, 15),
        () => port(1000, 15),
      ),
  },
  {
    id: 'ts-thread-scalar/port',
    unit: 'us',
    against: 'a message to a bare worker and back',
    target: null,
    setup: () =>
      against(
        'bench:unbounded',
        (host) => sequence(host, 'bench:unbounded', [6, 7], 1000, 15),
        () => port(1000, 15),
      ),
  },
  {
    id: 'ts-scalar/piscina',
    unit: 'us',
    against: 'piscina running the bare export in its workers, 64 in flight',
    target: 0.5,
    setup: () => piscina('bench:compute', 20_000),
  },
  {
    id: 'ts-thread-scalar/piscina',
    unit: 'us',
    against: 'piscina running the bare export in its workers, 64 in flight',
    target: null,
    setup: () => piscina('bench:unbounded', 2000),
  },
  { id: 'parallel-8', unit: 'ms', against: 'one thread', target: 1 / 1.8, setup: parallel },
  { id: 'thread-transform-1000', unit: 'us', against: "at the caller's", target: 1.3, setup: transform },
  {
    id: 'loop-neighbour',
    unit: 'us',
    against: 'p99 of calls beside a process that burns a core',
    target: 2,
    setup: neighbour,
  },
  {
    id: 'trap-timeout',
    unit: 'us',
    against: null,
    target: null,
    setup: async () => ({ ours: { perRound: 1000, rounds: 5, run: await trapsAndTimeouts() } }),
  },
  { id: 'trap-timeout-10000', unit: 'MB', against: null, target: 32, setup: growth },
];
