/** Calls beside their callers (`funcs.async`): whatever the callee does, its caller goes on, can cancel it, and notices nothing of where it ran. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createHost, registryOf, WORK, wat } from './built.js';

const folder = mkdtempSync(join(tmpdir(), 'moonwit-beside-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A negative argument: for ever. */
const MAYBE = `(module (func (export "maybe") (param i32) (result i32)
  (loop $for_ever (br_if $for_ever (i32.lt_s (local.get 0) (i32.const 0))))
  (local.get 0)))`;

/** The ways in which Lua loops for ever, by the negative argument. */
const WAYS = [
  ['by itself', 'forever()'],
  ['under pcall', 'pcall(forever) pcall(forever)'],
  ['in a coroutine', 'coroutine.wrap(forever)()'],
  [
    'in a coroutine that a task started',
    'coroutine.spawn(function() coroutine.spawn(function() coroutine.wrap(forever)() end) end)',
  ],
  ['in a metamethod', 'return setmetatable({}, { __index = forever }).x'],
  ['in a comparator', 'table.sort({ 3, 2, 1 }, forever)'],
  ['in what gsub calls', '("x"):gsub("x", forever)'],
  ['in an iterator', 'for _ in forever do end'],
  ['in a function of Lua that it calls', 'while true do funcs.call("t:lua", -1) end'],
  ['in a guest that it calls', 'while true do funcs.call("t:maybe", -1) end'],
  [
    'in two tasks that hand a value to each other',
    `local there, back = channel.new(), channel.new()
     coroutine.spawn(function() while true do back:send(there:receive()) end end)
     while true do there:send(1) back:receive() end`,
  ],
] as const;

const LUA = `local funcs = require("funcs")
local function forever() while true do end end
local ways = { ${WAYS.map(([, body]) => `function() ${body} end`).join(', ')} }
return { maybe = function(x) if x < 0 then ways[-x]() end return x end }`;

const lua = { name: 'lua', kind: 'function.lua', source: LUA, method: 'maybe', modules: ['funcs'] };
const registry = registryOf(
  wat('maybe', MAYBE),
  wat('inline', MAYBE.replace('"maybe"', '"inline"'), { pool: { type: 'inline' } }),
  wat('work', WORK),
  lua,
);

let scripts = 0;
function script(body: string): string {
  const file = join(folder, `${++scripts}.lua`);
  // Known to be short, all of them.
  const known = `local id, bad = ...
    for _, each in ipairs { "t:maybe", "t:lua", id } do
      for i = 1, 50 do assert(funcs.async(each, 1):response():receive():data() == 1) end
    end\n`;
  writeFileSync(file, known + body);
  return file;
}

const LOOPS: readonly (readonly [name: string, id: string, argument: number])[] = [
  ['a guest', 't:maybe', -1],
  ['a guest with an instance for every call', 't:inline', -1],
  ...WAYS.map(([name], at) => [`Lua ${name}`, 't:lua', -1 - at] as const),
];

describe.each([1, 2])('a function that was short 50 times and then loops for ever, with %i thread(s):', (threads) => {
  test.each(LOOPS)('%s is cancelled, and its caller goes on', async (_, id, argument) => {
    await using host = await createHost({ registry, threads });
    const ended = script(`local looping = funcs.async(id, bad)
      local ticks = 0
      coroutine.spawn(function() for _ = 1, 3 do time.sleep("1ms") ticks = ticks + 1 end end)
      local got = channel.select{ looping:response():case_receive(), time.after("20ms"):case_receive() }
      assert(got.channel ~= looping:response() and not looping:is_complete())
      while ticks < 3 do time.sleep("1ms") end
      looping:cancel()
      local _, problem = looping:result()
      return problem:kind(), funcs.async(id, 5):response():receive():data(), (funcs.call(id, 6))`);
    expect(await host.run(ended, { args: [id, argument] })).toEqual(['Canceled', 5, 6]);
    while (!host.stats().threads!.each.every(({ state }) => state === 'idle')) await new Promise(setImmediate);
  });
});

test.each(LOOPS)('%s has its own timeout beside its caller', async (_, id, argument) => {
  await using host = await createHost({ registry });
  const told = script(`local looping = funcs.new():with_options({ timeout = 30 }):async(id, bad)
    local problem = looping:response():receive()
    return problem:kind(), problem:details().limit, problem:details().limit_ms`);
  expect(await host.run(told, { args: [id, argument] })).toEqual(['Timeout', 'timeout', 30]);
});

test.each(WAYS.map(([name], at) => [name, -1 - at] as const).filter(([name]) => !name.includes('guest')))(
  'Lua that loops %s is cancelled without threads, too',
  async (_, argument) => {
    await using host = await createHost({ registry, threads: 0 });
    const ended = script(`local looping = funcs.async(id, bad)
      time.sleep("10ms")
      looping:cancel()
      return (funcs.call(id, 6))`);
    expect(await host.run(ended, { args: ['t:lua', argument] })).toEqual([6]);
  },
);

test('a guest that runs over its slice and ends has answered once, after the work of one call', async () => {
  // About 50 ms: over its slice, but for the fastest machines.
  const body = `for _ = 1, 50 do assert(funcs.async("t:work", 10):response():receive():data() == 7) end
    return funcs.async("t:work", 50000000):response():receive():data()`;
  const facts: unknown[] = [];
  for (const threads of [0, 2]) {
    await using host = await createHost({ registry, threads });
    expect(await host.run(script(body), { args: ['t:maybe', 0] })).toEqual([7]);
    const { calls, errors, work } = host.stats().functions['t:work']!;
    facts.push({ calls, errors, work });
  }
  expect(facts[1]).toEqual(facts[0]);
  expect(facts[1]).toMatchObject({ calls: 51, errors: {} });
});

test('Lua that runs over its slice goes on where it was: what it did is done once, and its tasks see no time between', async () => {
  const source = `local funcs = require("funcs")
    local runs, instance = 0, require("uuid").v4()
    return { steps = function(count)
      runs = runs + 1
      local seen, other = 0, 0
      coroutine.spawn(function() while seen < count do other = other + 1 time.sleep("1ms") end end)
      local before = other
      for _ = 1, count do seen = seen + 1 end
      return { instance = instance, runs = runs, seen = seen, other = other - before }
    end }`;
  await using host = await createHost({
    registry: registryOf({
      name: 'steps',
      kind: 'function.lua',
      source,
      method: 'steps',
      modules: ['funcs', 'time', 'uuid'],
    }),
  });
  const file = join(folder, 'steps.lua');
  writeFileSync(
    file,
    `local calls, last = {}, nil
    for round = 1, 51 do
      last = funcs.async("t:steps", round == 51 and 3000000 or 1):response():receive():data()
      calls[last.instance] = (calls[last.instance] or 0) + 1
      assert(last.runs == calls[last.instance])
    end
    return last.seen, last.other`,
  );
  expect(await host.run(file)).toEqual([3_000_000, 0]);
});

test.each([0, 1])(
  'what a function beside its caller calls where nothing can wait computes as long as it likes, with %i threads',
  async (threads) => {
    const source = `local funcs = require("funcs")
    local function show(count)
      local shown = setmetatable({}, { __tostring = function() return tostring((funcs.call("t:count", count))) end })
      return string.format("%s", shown)
    end
    return { show = show, count = function(count) local n = 0 for _ = 1, count do n = n + 1 end return n end }`;
    const entry = { kind: 'function.lua', source, modules: ['funcs'] };
    const shows = registryOf({ ...entry, name: 'show', method: 'show' }, { ...entry, name: 'count', method: 'count' });
    await using host = await createHost({ registry: shows, threads });
    const file = join(folder, 'show.lua');
    writeFileSync(file, 'return funcs.async("t:show", 3000000):response():receive():data()');
    expect(await host.run(file)).toEqual(['3000000']);
  },
);
