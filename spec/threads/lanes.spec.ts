/** Calls that go from one thread to another without the host's in between: everything that holds for calls holds for them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { createHost, errorOf, HostError, LOOP, registryOf, TRAP, WORK, wat } from './built.js';
import { handlesSince } from './handles.js';

// Where a machine has much else to do, calls seldom follow each other closely enough to go from thread to thread.
vi.setConfig({ testTimeout: 600_000 });

type Host = Awaited<ReturnType<typeof createHost>>;

/** Long strings in and out; its memory has room for 2 MiB of them. */
const TEXT = `(module (memory (export "memory") 40)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16))
  (func (export "fill") (param i32) (result i32)
    (i32.store (i32.const 0) (i32.const 16)) (i32.store (i32.const 4) (local.get 0)) (i32.const 0))
  (func (export "measure") (param i32 i32) (result i32) (local.get 1)))`;
const limited = (name: string, source: string, ms: number, more: object = {}) =>
  wat(name, source.replace(/"(?:loop|work)"/, `"${name}"`), { limits: { max_execution_ms: ms }, ...more });

const REGISTRY = registryOf(
  wat('work', WORK, { pool: { type: 'lazy', max_size: 8 } }),
  limited('only', WORK, 5000, { pool: { type: 'lazy', max_size: 1 } }),
  wat('loop', LOOP),
  limited('limited', LOOP, 30),
  wat('trap', TRAP),
  wat(
    'once',
    `(module (global $calls (mut i32) (i32.const 0)) (func (export "once") (param i32) (result i32)
      (loop $more (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $more (local.get 0)))
      (global.set $calls (i32.add (global.get $calls) (i32.const 1))) (global.get $calls)))`,
    { pool: { type: 'inline' } },
  ),
  wat('fill', TEXT, { wit: 'fill: func(size: u32) -> string;' }),
  wat('measure', TEXT, { wit: 'measure: func(text: string) -> u32;' }),
);

/** A task that sleeps keeps calls that are not short from running where Lua does. */
const PRELUDE = `local funcs, time = require("funcs"), require("time")
coroutine.spawn(function() time.sleep("1h") end)
local function count() return (funcs.call("spec:direct")) end
-- Works until a call has gone from thread to thread, which leaves the way open for the next.
local function open()
  for try = 1, 500 do
    local before = count()
    for i = 1, 20 do
      local value, err = funcs.call("t:work", 1000000)
      if err then error(err) end
      assert(value == 7)
    end
    if count() > before then return end
  end
  error("no call went from thread to thread")
end
-- Makes a call until it has gone that way, and answers what it answered.
local function direct(call)
  for try = 1, 100 do
    open()
    local before = count()
    local value, err = call()
    if count() == before + 1 then return value, err end
  end
  error("the call never went from thread to thread")
end
`;

const folder = mkdtempSync(join(tmpdir(), 'moonwit-lanes-'));
afterAll(() => rmSync(folder, { recursive: true }));
let scripts = 0;

function script(body: string): string {
  const file = join(folder, `${++scripts}.lua`);
  writeFileSync(file, `${PRELUDE}${body}`);
  return file;
}

async function hostWith(
  more: object = {},
  marked: (direct: number) => void = () => {},
  beat: () => void = () => {},
): Promise<Host & { workers: Worker[] }> {
  const workers: Worker[] = [];
  const direct = () => host.stats().threads?.direct ?? 0;
  const host: Host = await createHost({
    registry: REGISTRY,
    functions: { 'spec:direct': direct, 'spec:mark': () => marked(direct()), 'spec:beat': () => beat() },
    onThread: (worker: Worker) => workers.push(worker),
    ...more,
  });
  return Object.assign(host, { workers });
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const until = async (holds: () => boolean) => {
  while (!holds()) await pause(1);
};
const isIdle = (host: Host) => host.stats().threads!.each.every(({ state }) => state === 'idle');
const poolOf = (host: Host, id: string) => host.describe(id).poolStats;

/** What a script had done when it marked its place last. */
interface Marks {
  count: number;
  direct: number;
}

function marking(): { marks: Marks; mark: (direct: number) => void } {
  const marks = { count: 0, direct: 0 };
  const mark = (direct: number) => {
    marks.count++;
    marks.direct = direct;
  };
  return { marks, mark };
}

/** A script that runs `t:loop` over a lane; the numbers of both threads. */
async function loopingOver(host: Host & { workers: Worker[] }, marks: Marks, beside = '') {
  const file = script(`open() ${beside} funcs.call("spec:mark") return funcs.call("t:loop")`);
  for (let tries = 0; tries < 50; tries++) {
    const stop = new AbortController();
    const before = marks.count;
    const answer = host.run(file, { signal: stop.signal }).then(
      (values) => values,
      (error: unknown) => [null, error],
    );
    await until(() => marks.count > before);
    const threads = () => host.stats().threads!;
    const goesByHost = () => threads().each.some(({ calls }) => calls.includes('t:loop'));
    const server = () => threads().each.find(({ calls, state }) => calls.includes('t:work') && state === 'runs');
    // Over the lane it is counted once it runs; by way of the host it is the call of a thread.
    await until(() => goesByHost() || (threads().direct > marks.direct && server() !== undefined));
    if (!goesByHost()) {
      const caller = threads().each.find(({ calls }) => calls.some((call) => call.startsWith('script')))!;
      return { answer, stop, caller: host.workers[caller.number - 1]!, server: host.workers[server()!.number - 1]! };
    }
    stop.abort();
    await answer;
  }
  throw new Error('the loop never ran over a lane');
}

describe('calls from thread to thread', () => {
  test('answer as others do, and are counted once: calls, errors by kind, times, bytes, work', async () => {
    await using host = await hostWith();
    const [traps, wrong] = await host.run(
      script(`open()
      local traps, wrong = 0, 0
      for i = 1, 60 do
        if funcs.call("t:work", 300000 + i) ~= 7 then wrong = wrong + 1 end
        local value, err = funcs.call("t:trap")
        if value == nil and err:kind() == "Internal" then traps = traps + 1 end
      end
      return traps, wrong`),
    );
    expect({ traps, wrong }).toEqual({ traps: 60, wrong: 0 });
    const { functions, threads } = host.stats();
    expect(functions['t:trap']).toMatchObject({ calls: 60, errors: { Internal: 60 } });
    const work = functions['t:work']!;
    expect(work.calls % 20).toBe(0);
    expect(work.errors).toEqual({});
    expect(work.bytesIn).toBeGreaterThan(work.calls * 10);
    expect(work.bytesOut).toBeGreaterThan(work.calls * 4);
    expect(work.work).toBeGreaterThan(work.calls * 300_000);
    expect(threads!.direct).toBeGreaterThan(0);
    expect(threads!.direct).toBeLessThanOrEqual(work.calls + 60);
    expect(threads).toMatchObject({ lost: 0, queued: 0 });
  });

  test('of a function without a pool have an instance each, wherever they go', async () => {
    await using host = await hostWith();
    const answers = await host.run(
      script(`open()
      local seen = {}
      for i = 1, 40 do
        funcs.call("t:work", 1000000)
        local future = funcs.async("t:once", 1000000)
        seen[#seen + 1] = future:response():receive():data()
      end
      return table.concat(seen, " ")`),
    );
    expect(answers).toEqual([Array(40).fill('1').join(' ')]);
  });

  test('leave nothing taken when their script has ended', async () => {
    await using host = await hostWith();
    await host.run(script('open()'));
    expect(poolOf(host, 't:work')).toMatchObject({ running: 0, queued: 0 });
    expect(host.stats().threads!.each.flatMap(({ borrowed }) => borrowed)).toEqual([]);
    await until(() => isIdle(host));
  });

  test('carry strings that are longer than a lane, both ways', async () => {
    await using host = await hostWith();
    const sizes = await host.run(
      script(`local function filled(size) local text = direct(function() return funcs.call("t:fill", size) end) return #text end
      local function measured(size) open() return (funcs.call("t:measure", ("x"):rep(size))) end
      return filled(10), filled(1000000), filled(2000000), measured(1000000), measured(2000000)`),
    );
    expect(sizes).toEqual([10, 1_000_000, 2_000_000, 1_000_000, 2_000_000]);
  });

  test('hold up no other task of their Lua', async () => {
    const { marks, mark } = marking();
    let beats = 0;
    await using host = await hostWith({}, mark, () => beats++);
    const beating = 'coroutine.spawn(function() while true do time.sleep("1ms") funcs.call("spec:beat") end end)';
    const { answer, stop } = await loopingOver(host, marks, beating);
    const before = beats;
    await until(() => beats > before + 1);
    stop.abort();
    expect((await answer)[1]).toMatchObject({ kind: 'Canceled' });
  });

  test('are calls at their caller’s where there are no threads', async () => {
    await using host = await hostWith({ threads: 0 });
    expect(await host.run(script('return (funcs.call("t:work", 1000000))'))).toEqual([7]);
  });
});

describe('a guest that loops for ever, called from thread to thread', () => {
  test('ends at max_execution_ms and at the timeout of its call, and its instance is not entered again', async () => {
    await using host = await hostWith();
    const [limit, timeout] = await host.run(
      script(`local slow = funcs.new():with_options({timeout = "25ms"})
      local _, limit = direct(function() return funcs.call("t:limited") end)
      local _, timeout = direct(function() return slow:call("t:loop") end)
      open()
      return limit, timeout`),
    );
    expect(limit).toMatchObject({ kind: 'Timeout', message: 't:limited exceeded its limit of 30 ms' });
    expect(timeout).toMatchObject({ kind: 'Timeout', message: 't:loop did not answer within its timeout of 25 ms' });
    expect(host.stats().threads).toMatchObject({ lost: 0 });
    const { created, destroyed, running, idle } = poolOf(host, 't:limited')!;
    expect({ left: created - destroyed, running, idle }).toEqual({ left: 0, running: 0, idle: 0 });
  });

  test('ends with the script that called it, and leaves its thread to others', async () => {
    const { marks, mark } = marking();
    await using host = await hostWith({}, mark);
    const { answer, stop } = await loopingOver(host, marks);
    stop.abort();
    expect((await answer)[1]).toMatchObject({ kind: 'Canceled' });
    await until(() => isIdle(host));
    expect(await host.call('t:work', [10])).toBe(7);
    expect(host.stats().threads).toMatchObject({ lost: 0 });
    expect(poolOf(host, 't:loop')).toMatchObject({ running: 0, idle: 0 });
  });

  test('is lost with its thread, and its caller goes on', async () => {
    const { marks, mark } = marking();
    await using host = await hostWith({}, mark);
    const { answer, server } = await loopingOver(host, marks);
    await server.terminate();
    const [value, error] = await answer;
    expect(value).toBeUndefined();
    expect(error).toMatchObject({ kind: 'Internal', message: expect.stringContaining('t:loop: its thread ended') });
    expect(await host.run(script('open() return "on"'))).toEqual(['on']);
    expect(host.stats().threads).toMatchObject({ lost: 1 });
    expect(poolOf(host, 't:loop')).toMatchObject({ running: 0, idle: 0 });
  });

  test('ends when its caller’s thread dies, and gives back its thread and its seat', async () => {
    const { marks, mark } = marking();
    await using host = await hostWith({}, mark);
    const { answer, caller } = await loopingOver(host, marks);
    await caller.terminate();
    expect((await answer)[1]).toMatchObject({ kind: 'Internal' });
    await until(() => isIdle(host) && poolOf(host, 't:loop')!.running === 0);
    expect(poolOf(host, 't:work')).toMatchObject({ running: 0 });
    expect(host.stats().threads).toMatchObject({ lost: 1 });
    expect(await host.run(script('open() return "on"'))).toEqual(['on']);
  });

  test('is cancelled when its host closes, and no thread, timer or handle is left', async () => {
    const left = handlesSince();
    const { marks, mark } = marking();
    const host = await hostWith({ closeGrace: 20 }, mark);
    const { answer } = await loopingOver(host, marks);
    await host.close();
    expect((await answer)[1]).toMatchObject({ kind: 'Canceled' });
    expect(await left()).toEqual([]);
  });
});

describe('who calls from thread to thread all the time', () => {
  const forEver = (id: string) =>
    script(`open() funcs.call("spec:mark")
    while true do local value, err = funcs.call("${id}", 1000000) if err then error(err) end end`);

  test.each(['t:work', 't:only'])('keeps nobody else from %s, nor from a thread', async (id) => {
    let marked = false;
    await using host = await hostWith({}, () => {
      marked = true;
    });
    const stop = new AbortController();
    const running = errorOf(host.run(forEver(id), { signal: stop.signal }));
    await until(() => marked);
    for (let i = 0; i < 30; i++) {
      expect(
        await Promise.all([host.call(id, [10]), host.call('t:work', [10]), host.call('t:measure', ['abc'])]),
      ).toEqual([7, 7, 3]);
    }
    stop.abort();
    expect(await running).toMatchObject({ kind: 'Canceled' });
    await until(() => isIdle(host));
    expect(poolOf(host, id)).toMatchObject({ running: 0, queued: 0 });
  });

  test('loses no call when threads die at random moments: each is right, or Internal', {
    timeout: 600_000,
  }, async () => {
    await using host = await hostWith();
    const calls = `for i = 1, 200 do
      local value, err = funcs.call("t:work", 1000000)
      if err then assert(err:kind() == "Internal", tostring(err)) lost = lost + 1 else assert(value == 7) right = right + 1 end
    end`;
    const file = script(`local right, lost = 0, 0 ${calls} return right, lost`);
    let killed = 0;
    let nextAt = 3;
    /** Of three that die, two run guests and one runs the script; some calls have gone from thread to thread before each. */
    const killer = setInterval(() => {
      const { direct, each } = host.stats().threads!;
      const runsGuest = killed % 3 > 0;
      const victim = each.find(({ calls }) => calls.includes('t:work') === runsGuest);
      if (direct < nextAt || victim === undefined) return;
      killed++;
      nextAt = direct + 1 + ((killed * 7) % 17);
      host.workers[victim.number - 1]!.terminate().catch(() => {});
    }, 1);
    let ended = 0;
    for (; ended < 6 || (host.stats().threads!.direct < 50 && ended < 60); ended++) {
      try {
        const [right, lost] = (await host.run(file)) as [number, number];
        expect(right + lost).toBe(200);
      } catch (error) {
        if (!(error instanceof HostError)) throw error;
        expect(error.kind).toBe('Internal');
      }
    }
    clearInterval(killer);
    expect(killed).toBeGreaterThan(0);
    expect(host.stats().threads!.direct).toBeGreaterThanOrEqual(50);
    await until(() => isIdle(host) && poolOf(host, 't:work')!.running === 0);
  });
});
