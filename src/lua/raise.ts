/**
 * How host functions raise errors in Lua: they throw. {@link LuaError} becomes a string with the position of the Lua
 * line, like `error("…")`; a HostError becomes an error object that has the Lua stack; an abort cannot be caught.
 */

import { HostBug, HostError } from '../errors.js';
import type { Core, Run } from './core.js';
import { type LuaFunction, type LuaState, lua_error, lua_touserdata, to_luastring } from './fengari.js';
import { noteNilResult } from './nil-results.js';
import { luaStackText, wherePrefix } from './stack.js';
import { newString, stringSlot } from './table-access.js';

/** Raised in Lua as `file.lua:3: message`. */
export class LuaError extends Error {}

/** The error that the run ends with. Later reasons do not replace the first. */
export function abortRun(run: Run, reason: Error): void {
  run.aborted ??= reason;
}

/**
 * Raises in the Lua code that executes now, whatever JavaScript is between. Fengari loses what is thrown out of an
 * instruction (a write, a `..`), so this raises as Lua does.
 */
export function raiseNow(core: Core, error: Error): never {
  const L = runningThread(core);
  pushThrown(core, L, error);
  return lua_error(L);
}

/** Ends the Lua code that executes now so that nothing can catch it. The run must have been aborted. */
export function raiseAborted(core: Core): never {
  const L = runningThread(core);
  // No message handler may run now, and the next hook must fire.
  L.errfunc = 0;
  L.allowhook = 1;
  pushText(L, 'run aborted');
  return lua_error(L);
}

/** For everything that catches Lua errors: raises again when the run is over. */
export function rethrowIfAborted(core: Core): void {
  if (core.task !== null && core.task.run.aborted !== null) raiseAborted(core);
}

/** Lua's own errors and yields pass through JavaScript as objects that are no `Error`: nobody may stop them. */
export function isLuaUnwinding(thrown: unknown): boolean {
  return !(thrown instanceof Error);
}

function runningThread(core: Core): LuaState {
  const threads = core.task?.threads;
  if (threads === undefined) throw new HostBug('something was raised in Lua while no Lua was running');
  return threads[threads.length - 1]!;
}

/**
 * A host function as Lua sees it: what it throws is raised in Lua, through the message handler of an `xpcall`.
 * Fengari's own handling of thrown errors loses the protected call when that handler fails too.
 */
export function hostFunction(core: Core, f: LuaFunction): LuaFunction {
  return (L) => {
    try {
      return f(L);
    } catch (thrown) {
      return raiseThrown(core, L, thrown);
    }
  };
}

/** Raises what a host function threw. Lua's own errors and yields go on as they are. */
export function raiseThrown(core: Core, L: LuaState, thrown: unknown): never {
  if (isLuaUnwinding(thrown)) throw thrown;
  if (thrown instanceof HostBug && core.task !== null) {
    abortRun(core.task.run, thrown);
    raiseAborted(core);
  }
  pushThrown(core, L, thrown);
  return lua_error(L);
}

/**
 * Turns what Fengari itself threw into a Lua error value. Installed once per VM; Fengari calls it with the thrown value
 * and takes the value on top of the stack as the error.
 */
export function nativeErrorHandler(core: Core): LuaFunction {
  return (L) => {
    const thrown = lua_touserdata(L, 1);
    if (thrown instanceof HostBug && core.task !== null) abortRun(core.task.run, thrown);
    if (core.task !== null && core.task.run.aborted !== null) {
      L.errfunc = 0;
      L.allowhook = 1;
      pushText(L, 'run aborted');
      return 1;
    }
    pushThrown(core, L, thrown);
    return 1;
  };
}

function pushThrown(core: Core, L: LuaState, thrown: unknown): void {
  if (thrown instanceof LuaError) {
    pushText(L, wherePrefix(L) + thrown.message);
    return;
  }
  pushError(core, L, asHostError(thrown));
}

/** Onto the stack itself: inside an instruction the frame has no room for the C-style API. */
function pushText(L: LuaState, text: string): void {
  L.stack[L.top++] = stringSlot(newString(L, to_luastring(text)));
}

function asHostError(thrown: unknown): HostError {
  if (thrown instanceof HostError) return thrown;
  if (thrown instanceof RangeError && /call stack/i.test(thrown.message)) {
    return new HostError('Internal', 'stack overflow: too many nested calls of host functions');
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new HostError('Internal', message, { cause: thrown });
}

/** Pushes an error object; it gets the Lua stack of this place unless it has one. */
export function pushError(core: Core, L: LuaState, error: HostError): void {
  if (error.luaStack === null) error.luaStack = luaStackText(core, L);
  noteNilResult(core, L, error);
  core.userdata.push(L, error);
}
