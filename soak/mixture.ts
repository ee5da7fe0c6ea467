/** Good, trapping, looping, growing and sleeping guests, called from many Lua tasks at once; every answer is checked. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { createHost, HostStats } from '../src/index.js';

interface SoakOptions {
  /** Goes on for so long, and for so many rounds at least. */
  readonly ms: number;
  readonly rounds: number;
  readonly threads: number;
  /** Lua tasks at once. */
  readonly tasks: number;
}

interface SoakReport {
  readonly calls: number;
  /** Answers that were not what they had to be. */
  readonly wrong: readonly string[];
  /** After the first rounds, and at the end, with nothing running. */
  readonly before: Footprint;
  readonly after: Footprint;
  readonly threads: HostStats['threads'];
}

interface Footprint {
  readonly rssMb: number;
  readonly heapMb: number;
  readonly handles: number;
  readonly threads: number;
}

const ADD = '(module (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1))))';
const TRAP = '(module (func (export "trap") (result i32) (i32.div_u (i32.const 1) (i32.const 0))))';
const LOOP = '(module (func (export "loop") (loop $for_ever (br $for_ever))))';
const GROW = `(module (memory (export "memory") 1) (func (export "grow") (result i32)
  (loop $more (br_if $more (i32.ne (memory.grow (i32.const 8)) (i32.const -1)))) (memory.size)))`;
const WORK = `(module (func (export "work") (param i32) (result i32)
  (loop $more (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $more (local.get 0))) (i32.const 7)))`;
const SLEEP = `(module (import "soak:clock/waits" "wait" (func $wait (param i32) (result i32)))
  (func (export "sleep") (param i32) (result i32) (call $wait (local.get 0))))`;

const wat = (name: string, source: string, more: object = {}) => ({
  name,
  kind: 'function.wat',
  source,
  method: name,
  pool: { type: 'lazy', max_size: 6 },
  ...more,
});

const registry = {
  namespace: 'soak',
  entries: [
    wat('add', ADD, { pool: { type: 'static', size: 2 } }),
    wat('trap', TRAP),
    wat('loop', LOOP, { limits: { max_execution_ms: 5 }, pool: { type: 'adaptive', max_size: 4 } }),
    wat('grow', GROW, { limits: { max_memory_mb: 4 }, pool: { type: 'inline' } }),
    wat('work', WORK),
    wat('sleep', SLEEP, { imports: ['soak:clock/waits'] }),
    {
      name: 'lua_add',
      kind: 'function.lua',
      modules: ['funcs'],
      method: 'lua_add',
      pool: { type: 'lazy', max_size: 4 },
      source: `local funcs = require("funcs")
        return { lua_add = function(a, b) local v, err = funcs.call("soak:add", a, b) if err then error(err) end return v end }`,
    },
  ],
};

/** So many calls, and a fifth as many that trap or loop, follow those of a round's tasks. */
export const ONE_BY_ONE = 30;

/** One round: every task makes calls in an order of its own; what is wrong is returned as text. */
const SCRIPT = `
local funcs = require("funcs")
local tasks, rounds, seed = ...
math.randomseed(seed)
local wrong, calls = {}, 0
local function check(what, ok, detail)
  calls = calls + 1
  if not ok then wrong[#wrong + 1] = what .. ": " .. tostring(detail) end
end
local kinds = {
  function(i) local v, err = funcs.call("soak:add", i, 1) check("add", v == i + 1, err or v) end,
  function(i) local v, err = funcs.call("soak:lua_add", i, 2) check("lua_add", v == i + 2, err or v) end,
  function() local v, err = funcs.call("soak:trap") check("trap", v == nil and err and err:kind() == "Internal", err or v) end,
  function() local v, err = funcs.call("soak:loop") check("loop", v == nil and err and err:kind() == "Timeout", err or v) end,
  function() local v, err = funcs.call("soak:grow") check("grow", v == 57, err or v) end,
  function(i) local v, err = funcs.call("soak:sleep", i % 7) check("sleep", v == i % 7, err or v) end,
  function(i) local v, err = funcs.call("soak:host", i) check("host", v == -i, err or v) end,
}
local weights = {1, 1, 1, 2, 2, 2, 3, 4, 5, 6, 7, 7}
local done = channel.new(tasks)
for t = 1, tasks do
  coroutine.spawn(function()
    for i = 1, rounds do kinds[weights[math.random(#weights)]](i) end
    done:send(true)
  end)
end
for t = 1, tasks do done:receive() end
-- One after the other, while a task sleeps: from thread to thread. Lanes that were refused are not asked for again for 320 ms.
require("time").sleep("350ms")
coroutine.spawn(function() require("time").sleep("1h") end)
for i = 1, ${ONE_BY_ONE} do
  local v, err = funcs.call("soak:work", 1000000) check("work", v == 7, err or v)
  if i % 5 == 0 then kinds[3 + i // 5 % 2]() end
end
return calls, wrong
`;

export async function soak(
  create: typeof createHost,
  { ms, rounds, threads, tasks }: SoakOptions,
): Promise<SoakReport> {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-soak-'));
  const file = join(folder, 'soak.lua');
  writeFileSync(file, SCRIPT);
  const host = await create({
    registry,
    threads,
    functions: { 'soak:host': async (n: number) => -n },
    imports: {
      'soak:clock/waits': { wait: (wait: number) => new Promise((resolve) => setTimeout(() => resolve(wait), wait)) },
    },
  });
  let calls = 0;
  let seed = 0;
  const wrong: string[] = [];
  const round = async () => {
    const run = host.run(file, { args: [tasks, 20, ++seed] });
    const [count, list] = (await unlessStalled(run, () => host.stats())) as [number, string[]];
    calls += count;
    wrong.push(...list.map((each) => `seed ${seed}: ${each}`));
  };
  try {
    for (let i = 0; i < WARM_ROUNDS; i++) await round();
    const before = footprint(host.stats());
    const end = performance.now() + ms;
    for (let i = 0; (i < rounds || performance.now() < end) && wrong.length < MAX_WRONG; i++) await round();
    const stats = host.stats();
    return { calls, wrong, before, after: footprint(stats), threads: stats.threads };
  } finally {
    await host.close();
    rmSync(folder, { recursive: true });
  }
}

/** A round takes a tenth of a second; a machine that has much else to do takes longer. */
const STALLED_MS = 90_000;

/** What hangs is told with what every thread is busy with. */
async function unlessStalled<T>(running: Promise<T>, stats: () => HostStats): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`a round hangs for ${STALLED_MS} ms: ${JSON.stringify(stats(), null, 2)}`));
    }, STALLED_MS);
  });
  try {
    return await Promise.race([running, stalled]);
  } finally {
    clearTimeout(timer);
  }
}

const WARM_ROUNDS = 3;
const MAX_WRONG = 20;

function footprint(stats: HostStats): Footprint {
  (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    rssMb: Math.round(rss / 2 ** 20),
    heapMb: Math.round(heapUsed / 2 ** 20),
    handles: process.getActiveResourcesInfo().length,
    threads: stats.threads?.threads ?? 0,
  };
}
