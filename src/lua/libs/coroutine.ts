/**
 * `coroutine`, so that waits work inside the user's own coroutines: a yield of a host function passes through `resume`
 * and `wrap` to the scheduler, a yield of the user reaches the user's own `resume`.
 */

import type { Core } from '../core.js';
import {
  LUA_OK,
  LUA_TFUNCTION,
  LUA_TSTRING,
  LUA_YIELD,
  type LuaFunction,
  type LuaState,
  lua_checkstack,
  lua_concat,
  lua_Debug,
  lua_error,
  lua_getstack,
  lua_gettop,
  lua_insert,
  lua_isyieldable,
  lua_newthread,
  lua_pop,
  lua_pushboolean,
  lua_pushcclosure,
  lua_pushliteral,
  lua_pushnil,
  lua_pushthread,
  lua_pushvalue,
  lua_resume,
  lua_status,
  lua_tothread,
  lua_type,
  lua_upvalueindex,
  lua_xmove,
  lua_yield,
  lua_yieldk,
  luaL_argerror,
  luaL_checktype,
  luaL_where,
} from '../fengari.js';
import { TAG, TValue } from '../internals.js';
import { LuaError, rethrowIfAborted } from '../raise.js';
import { spawnTask } from '../scheduler.js';
import { behind } from '../slices.js';

/** Results are on top of the resumer's stack; -1: one error value is. */
type ResumeResult = number;

interface PassedWait {
  readonly thread: LuaState;
  readonly wrapped: boolean;
}

export function coroutineLibrary(core: Core): Record<string, LuaFunction> {
  const resume = makeResume(core);
  const wrapped: LuaFunction = (L) => resume(L, lua_tothread(L, lua_upvalueindex(1))!, lua_gettop(L), true);
  return {
    create: (L) => {
      create(L);
      return 1;
    },
    resume: (L) => resume(L, checkThread(L), lua_gettop(L) - 1, false),
    wrap: (L) => {
      create(L);
      lua_pushcclosure(L, wrapped, 1);
      return 1;
    },
    yield: (L) => {
      if (L === core.task?.root) throw new LuaError('attempt to yield from outside a coroutine');
      return lua_yield(L, lua_gettop(L));
    },
    status: (L) => {
      lua_pushliteral(L, statusOf(core, L, checkThread(L)));
      return 1;
    },
    isyieldable: (L) => {
      lua_pushboolean(L, L !== core.task?.root && lua_isyieldable(L));
      return 1;
    },
    running: (L) => {
      const main = L === core.task?.run.main?.root;
      if (main) lua_pushnil(L);
      else lua_pushthread(L);
      lua_pushboolean(L, main);
      return 2;
    },
    close: (L) => close(core, L, checkThread(L)),
    spawn: (L) => {
      luaL_checktype(L, 1, LUA_TFUNCTION);
      let thread: LuaState;
      const start = () => {
        thread = spawnTask(core, (root) => {
          lua_pushvalue(L, 1);
          lua_xmove(L, root, 1);
        });
      };
      return behind(core, L, start, (state) => {
        state.stack[state.top++] = new TValue(TAG.THREAD, thread);
        return 1;
      });
    },
  };
}

function create(L: LuaState): void {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  const thread = lua_newthread(L);
  lua_pushvalue(L, 1);
  lua_xmove(L, thread, 1);
}

function checkThread(L: LuaState): LuaState {
  const thread = lua_tothread(L, 1);
  if (thread === null) return luaL_argerror(L, 1, 'coroutine expected');
  return thread;
}

function makeResume(core: Core): (L: LuaState, thread: LuaState, args: number, wrap: boolean) => number {
  const continueResume = (L: LuaState, _status: number, context: unknown): number => {
    const { thread, wrapped } = context as PassedWait;
    core.waiting.delete(thread);
    return turn(L, thread, 0, wrapped);
  };
  const turn = (L: LuaState, thread: LuaState, args: number, wrapped: boolean): number => {
    const status = runInside(core, L, thread, args);
    if (core.yielding !== null && status === LUA_YIELD) {
      core.waiting.add(thread);
      return lua_yieldk(L, 0, { thread, wrapped } satisfies PassedWait, continueResume);
    }
    rethrowIfAborted(core);
    return finish(L, takeResults(L, thread, status), wrapped);
  };
  return (L, thread, args, wrapped) => {
    const problem = whyNotResumable(core, thread, args);
    if (problem !== null) {
      lua_pushliteral(L, problem);
      return finish(L, -1, wrapped);
    }
    lua_xmove(L, thread, args);
    return turn(L, thread, args, wrapped);
  };
}

function whyNotResumable(core: Core, thread: LuaState, args: number): string | null {
  if (core.spawned.has(thread)) return 'cannot resume a spawned coroutine: its scheduler does';
  if (core.waiting.has(thread) || core.task?.threads.includes(thread)) return 'cannot resume non-suspended coroutine';
  if (lua_status(thread) === LUA_OK && lua_gettop(thread) === 0) return 'cannot resume dead coroutine';
  if (!lua_checkstack(thread, args)) return 'too many arguments to resume';
  return null;
}

/** Resumes with the count of instructions carried over, so that short coroutines do not escape the limits. */
function runInside(core: Core, L: LuaState, thread: LuaState, args: number): number {
  const task = core.task!;
  const cannotYield = !lua_isyieldable(L);
  if (cannotYield) task.blocked++;
  task.threads.push(thread);
  thread.hookcount = L.hookcount;
  const status = lua_resume(thread, L, args);
  L.hookcount = thread.hookcount;
  task.threads.pop();
  if (cannotYield) task.blocked--;
  return status;
}

function takeResults(L: LuaState, thread: LuaState, status: number): ResumeResult {
  if (status !== LUA_OK && status !== LUA_YIELD) {
    lua_xmove(thread, L, 1);
    return -1;
  }
  const count = lua_gettop(thread);
  if (!lua_checkstack(L, count + 1)) {
    lua_pop(thread, count);
    lua_pushliteral(L, 'too many results to resume');
    return -1;
  }
  lua_xmove(thread, L, count);
  return count;
}

function finish(L: LuaState, result: ResumeResult, wrapped: boolean): number {
  if (!wrapped) {
    lua_pushboolean(L, result >= 0);
    lua_insert(L, result >= 0 ? -(result + 1) : -2);
    return result >= 0 ? result + 1 : 2;
  }
  if (result >= 0) return result;
  if (lua_type(L, -1) === LUA_TSTRING) {
    luaL_where(L, 1);
    lua_insert(L, -2);
    lua_concat(L, 2);
  }
  return lua_error(L);
}

function statusOf(core: Core, L: LuaState, thread: LuaState): string {
  if (L === thread) return 'running';
  if (core.waiting.has(thread)) return 'normal';
  const task = core.spawned.get(thread);
  if (task !== undefined) return SPAWNED_STATUS[task.state];
  switch (lua_status(thread)) {
    case LUA_YIELD:
      return 'suspended';
    case LUA_OK:
      if (lua_getstack(thread, 0, new lua_Debug()) > 0) return 'normal';
      return lua_gettop(thread) === 0 ? 'dead' : 'suspended';
    default:
      return 'dead';
  }
}

const SPAWNED_STATUS = { ready: 'suspended', running: 'normal', waiting: 'suspended', done: 'dead' } as const;

/** Lua 5.4's: ends a suspended coroutine; tells the error of one that died by it. */
function close(core: Core, L: LuaState, thread: LuaState): number {
  const status = statusOf(core, L, thread);
  if (core.spawned.has(thread) && status !== 'dead') throw new LuaError('cannot close a spawned coroutine');
  if (status !== 'suspended' && status !== 'dead') throw new LuaError(`cannot close a ${status} coroutine`);
  const failed = status === 'dead' && lua_status(thread) !== LUA_OK && lua_gettop(thread) > 0;
  lua_pushboolean(L, !failed);
  if (failed) {
    lua_pushvalue(thread, -1);
    lua_xmove(thread, L, 1);
  }
  // A thread with an error status is dead for ever.
  if (status === 'suspended') thread.status = DEAD_STATUS;
  return failed ? 2 : 1;
}

const DEAD_STATUS = 2;
