/** The functions of `utf8` that walk a whole string pay for it in steps: no hook fires inside them. */

import type { Core } from '../core.js';
import { type LuaFunction, lua_rawlen, luaopen_utf8 } from '../fengari.js';
import type { Table, TString } from '../internals.js';
import { chargeSteps } from '../limits.js';
import { popSlot } from '../table-access.js';

const WALKING = ['len', 'codepoint', 'offset'];

export function utf8Functions(core: Core): Record<string, LuaFunction> {
  luaopen_utf8(core.L);
  const stock = popSlot(core.L).value as Table;
  const functions: Record<string, LuaFunction> = {};
  for (let entry = stock.f; entry !== undefined; entry = entry.n) {
    const name = String.fromCharCode(...(entry.key.value as TString).realstring);
    if (WALKING.includes(name)) functions[name] = charged(core, entry.value.value as LuaFunction);
  }
  return functions;
}

function charged(core: Core, f: LuaFunction): LuaFunction {
  return (L) => {
    chargeSteps(core, lua_rawlen(L, 1));
    return f(L);
  };
}
