/** How functions of `fs` answer: what was done as `true` or `false, error`. */

import { HostError } from '../../errors.js';
import type { Core } from '../core.js';
import { type LuaState, lua_pushboolean, lua_pushnil } from '../fengari.js';
import { pushError } from '../raise.js';

/** `true`; or `false` and the error. */
export function answerDone(core: Core, L: LuaState, act: () => void): number {
  return answerWhether(core, L, () => {
    act();
    return true;
  });
}

/** What `ask` says; or `false` and the error that it threw. */
export function answerWhether(core: Core, L: LuaState, ask: () => boolean): number {
  try {
    const answer = ask();
    lua_pushboolean(L, answer);
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    lua_pushboolean(L, false);
    pushError(core, L, thrown);
    return 2;
  }
  lua_pushnil(L);
  return 2;
}
