/** Lua that does not block: many calls at once, and what one wait costs. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createHost } from '../src/index.js';
import type { Contestant, Row } from './measure.js';

const FOLDER = join('.cache', 'bench', 'async');

/** Runs a script with `count` rounds. */
async function script(name: string, source: string, perRound: number, rounds: number): Promise<Contestant> {
  mkdirSync(FOLDER, { recursive: true });
  const file = join(FOLDER, `${name}.lua`);
  writeFileSync(file, source);
  const host = await createHost({
    functions: { 'bench:now': (value: unknown) => value, 'bench:promise': async () => undefined },
  });
  return { perRound, rounds, run: (count) => host.run(file, { args: [count] }) };
}

/** Starts a thousand calls, then reads their answers. */
const ASYNC_1000 = `local count = ...
for round = 1, count do
  local futures = {}
  for i = 1, 1000 do futures[i] = funcs.async("bench:now", i) end
  for i = 1, 1000 do
    if futures[i]:response():receive():data() ~= i then error("wrong answer") end
  end
end`;

/** A call whose answer is a promise: the task yields to the scheduler and is resumed. */
const YIELD = `local count = ...
for i = 1, count do
  local _, err = funcs.call("bench:promise")
  if err then error(err) end
end`;

/** Two tasks that hand a value to each other: two yields and resumes without leaving Lua. */
const CHANNEL = `local count = ...
local ping, pong = channel.new(), channel.new()
coroutine.spawn(function() for i = 1, count do pong:send(ping:receive()) end end)
for i = 1, count do
  ping:send(i)
  if pong:receive() ~= i then error("wrong value") end
end`;

export const asyncRows: Row[] = [
  {
    id: 'async-1000',
    unit: 'ms',
    against: null,
    target: 40,
    setup: async () => ({ ours: await script('async-1000', ASYNC_1000, 5, 30) }),
  },
  {
    id: 'lua-yield',
    unit: 'us',
    against: null,
    target: 15,
    setup: async () => ({ ours: await script('yield', YIELD, 2000, 30) }),
  },
  {
    id: 'lua-channel',
    unit: 'us',
    against: null,
    target: null,
    setup: async () => ({ ours: await script('channel', CHANNEL, 2000, 30) }),
  },
];
