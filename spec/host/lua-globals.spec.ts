/** What a call of a Lua function leaves behind for the next one: nothing but the locals of its chunk. */
import { expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';

const source = `
  start = "of the chunk"
  local kept = 0
  return { f = function(what)
    local seen = { tostring(rawget(_G, "mine")), tostring(start), type(print), tostring(getmetatable(_G)), tostring(_G[1]), kept }
    kept = kept + 1
    if what == "assign" then mine, start, print, _G[1] = 1, nil, nil, true
    elseif what == "lock" then setmetatable(_G, { __index = function() return "anything" end })
    elseif what == "swap" then start, string = string, start end
    return seen
  end }`;
const entry = { name: 'f', kind: 'function.lua', source, method: 'f', pool: { type: 'static', size: 1 } };

test('a call finds globals as the main chunk has left them, whatever earlier calls did to them', async () => {
  await using host = await createHost({ registry: { namespace: 't', entries: [entry] } });
  for (const [calls, what] of ['assign', 'lock', 'swap', 'nothing', 'assign', 'nothing'].entries()) {
    const seen = await host.call('t:f', [what]);
    expect(seen, what).toEqual(['nil', 'of the chunk', 'function', 'nil', 'nil', calls]);
  }
});
