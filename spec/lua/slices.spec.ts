import { describe, expect, test } from 'vitest';
import { ROOT_CONTEXT } from '../../src/functions/types.js';
import type { Value } from '../../src/values.js';
import { plain, specVm } from './support.js';

/** Long enough for the count hook to come by. */
const LONG = 'for _ = 1, 2000 do end';

/** Runs whose tasks compute between two waits: text, and whether a slice can end in them. */
const RUNS: readonly (readonly [name: string, source: string, divisible: boolean])[] = [
  [
    'a task that computes runs to its wait before its spawner goes on',
    `local ch = channel.new()
     for _, name in ipairs { "a", "b" } do
       coroutine.spawn(function() ${LONG} say(name) ch:receive() say(name .. " woken") end)
     end
     ${LONG} say("main") ch:send(1) ${LONG} say("sent") ch:send(1) say("sent again")
     time.sleep("1ms")`,
    true,
  ],
  [
    'a receiver sees nothing before its sender waits',
    `local ch = channel.new(3)
     coroutine.spawn(function() for value in function() return (ch:receive()) end do say("got " .. value) end end)
     for i = 1, 3 do ch:send(i) ${LONG} say("sent " .. i) end
     time.sleep("1ms")`,
    true,
  ],
  [
    'coroutines yield to their own resumer',
    `for value in coroutine.wrap(function()
       for i = 1, 3 do coroutine.spawn(function() ${LONG} say("task " .. i) end) coroutine.yield(i) end
     end) do ${LONG} say("value " .. value) end`,
    true,
  ],
  [
    'metamethods compute',
    `local meta = { __concat = function() ${LONG} coroutine.spawn(function() ${LONG} say("task") end) return "x" end,
       __lt = function() ${LONG} return false end, __len = function() ${LONG} return 7 end,
       __newindex = function(t, k, v) ${LONG} rawset(t, k, v) end, __call = function(_, x) ${LONG} return x, x end }
     local a, b = setmetatable({}, meta), setmetatable({}, meta)
     b.k = 5
     say(a .. "y", a < b, #a, b.k, a(3))`,
    true,
  ],
  [
    'a task that is started where nothing can wait runs at once, too',
    `local shown = setmetatable({}, { __tostring = function()
       coroutine.spawn(function() coroutine.spawn(function() ${LONG} say("inner") end) ${LONG} say("outer") end)
       ${LONG} say("spawner")
       return "x"
     end })
     print(shown)
     xpcall(error, function() coroutine.spawn(function() ${LONG} say("task") end) say("handler") end)`,
    false,
  ],
  [
    'and what it spawned gives way again later',
    `string.format("%s", setmetatable({}, { __tostring = function()
       coroutine.spawn(function() ${LONG} say("task") time.sleep("1ms") ${LONG} say("later") end)
       say("spawner")
       return "x"
     end }))
     ${LONG} say("main") time.sleep("20ms")`,
    true,
  ],
];

async function said(source: string, sliceMs: number | null) {
  let pauses = 0;
  const next = (again: () => void) => {
    pauses++;
    setImmediate(again);
  };
  const { vm } = specVm({}, sliceMs === null ? {} : { slices: { ms: sliceMs, next } });
  const text = `local said = {}
    local function say(...) for _, each in ipairs { ... } do said[#said + 1] = tostring(each) end end
    ${source}
    return table.concat(said, ", ")`;
  const context = { ...ROOT_CONTEXT, beside: true };
  const answer = (await vm.runScript({ name: 'script.lua', source: text, context })) as Value[];
  return { answer: answer.map(plain), pauses };
}

describe('a run whose slice is over at every look', () => {
  test.each(RUNS)('does what it does in one: %s', async (_, source, divisible) => {
    const whole = await said(source, null);
    const divided = await said(source, 0);
    expect(divided.answer).toEqual(whole.answer);
    expect(whole.pauses).toBe(0);
    expect(divided.pauses > 0).toBe(divisible);
  });
});
