/** What Lua hands over, gets back and is told is the same wherever the call runs: on its own thread, on another one, on the host's. */
import { describe, expect, test } from 'vitest';
import type { Host } from '../../src/index.js';
import { guestEntry, registryOf } from '../host/guests.js';
import { createHost, lua } from './built.js';

const CALLS = [
  '"t:users", {{id = 1, name = "a", tags = {"x"}, active = true}, {id = 2, name = "Zoë", tags = {}, active = false}}',
  '"t:users", {}',
  '"t:users", {{id = 1, name = "a", tags = {"x", 5}, active = true}}',
  '"t:users", {{id = 1, name = "a", tags = {"x"}}}',
  '"t:users", {{id = 1, name = "a", tags = {print}, active = true}}',
  '"t:users", {{id = 2^53, name = "a", tags = {}, active = true}}',
  '"t:users", {[1] = {id = 1, name = "\\xff", tags = {}, active = true}}',
  '"t:users", {}, {a = coroutine.create(print)}',
  '"t:users", (function() local t = {} t[1] = {t} return t end)()',
  '"t:none", {1, 2}',
  '"ts:echo", {1, -1, 127, 128, 2147483647, -2147483648, 7.0, 7.5, -0.0, 2^53}',
  '"ts:echo", {id = 1, ["not a name"] = {}, ["é"] = {true, false}, list = {{a = 1, b = 2}, {b = 3, a = 4}, {a = 5}}}',
  '"ts:echo", {("x"):rep(63), ("x"):rep(64), ("é"):rep(40000), ""}',
  '"ts:echo", {[1] = "a", [3] = "c"}',
  '"ts:echo", {list = {{[1] = {1}, [3] = {x = {3}}}}}',
  '"ts:echo", {"list", mixed = true}',
  '"ts:echo", {huge = int64.parse("9223372036854775807")}',
  '"ts:echo", {err = print}',
];

/** Runs every call and says what came, as text. `wait` is what is done before: a task that waits makes calls leave. */
const script = (wait: string) => `function()
  local time, int64 = require("time"), require("int64")
  ${wait}
  local function text(value)
    if type(value) == "string" then return #value > 100 and #value or string.format("%q", value) end
    if type(value) ~= "table" then return math.type(value) == "float" and string.format("%a", value) or tostring(value) end
    local parts = {}
    for key, each in pairs(value) do parts[#parts + 1] = text(key) .. "=" .. text(each) end
    table.sort(parts)
    return "{" .. table.concat(parts, " ") .. "}"
  end
  local found = {}
  local function call(...)
    local value, err = funcs.call(...)
    found[#found + 1] = text(value) .. " " .. (err and err:kind() .. ": " .. tostring(err) or "")
  end
  ${CALLS.map((each) => `call(${each})`).join('\n  ')}
  return found
end`;

const registry = registryOf(
  guestEntry('users', 'mapper', 'transform-users', { pool: { type: 'lazy', max_size: 2 } }),
  lua('here', script(''), { modules: ['funcs', 'time', 'int64'] }),
  lua('away', script('coroutine.spawn(function() time.sleep("1h") end)'), { modules: ['funcs', 'time', 'int64'] }),
);

const functions = { 'ts:echo': (value: unknown) => value };

const found = async (threads: number, id: string): Promise<string[]> => {
  await using host: Host = await createHost({ registry, functions, threads });
  return host.call<string[]>(id);
};

describe('calls of Lua', () => {
  test('give the same values and errors on their own thread, on another one, and on the host’s', async () => {
    const here = await found(0, 't:here');
    expect(here).toHaveLength(CALLS.length);
    expect(here.map((each) => each.includes('Invalid'))).toContain(true);
    const named = (texts: string[]) => texts.map((text, i) => `${CALLS[i]}\n${text}`);
    expect(named(await found(2, 't:here'))).toEqual(named(here));
    expect(named(await found(2, 't:away'))).toEqual(named(here));
  });
});
