/** Compiling Lua text, for `load`, scripts, functions and libraries: text only, bounded, with the line of what is wrong. */

import { joinBytes } from '../../bytes.js';
import { HostError } from '../../errors.js';
import type { Core } from '../core.js';
import {
  LUA_OK,
  LUA_TFUNCTION,
  LUA_TSTRING,
  type LuaFunction,
  type LuaState,
  lua_call,
  lua_insert,
  lua_isnil,
  lua_isnone,
  lua_pop,
  lua_pushnil,
  lua_pushstring,
  lua_pushvalue,
  lua_setupvalue,
  lua_tojsstring,
  lua_tolstring,
  lua_type,
  luaL_checktype,
  luaL_loadbufferx,
  luaL_optstring,
  to_luastring,
} from '../fengari.js';
import { TAG, type Table, TValue } from '../internals.js';
import { chargeSteps, chargeStringBytes } from '../limits.js';
import { LuaError, rethrowIfAborted } from '../raise.js';
import { adoptLiterals } from '../strings/meter.js';

const ESCAPE = 0x1b;
/** Parsing a byte costs about this many instructions. */
const STEPS_PER_BYTE = 4;

/**
 * Compiles a text and pushes its main function, whose globals are `globals`.
 * @throws HostError (Invalid, details `{source, line}`)
 */
export function pushCompiled(core: Core, L: LuaState, name: string, source: string | Uint8Array, globals: Table): void {
  const bytes = withoutShebang(typeof source === 'string' ? core.options.text.encodeUtf8(source) : source);
  if (bytes[0] === ESCAPE) throw new HostError('Invalid', `${name}: bytecode is not accepted, only Lua text`);
  if (luaL_loadbufferx(L, bytes, bytes.length, `@${name}`, 't') === LUA_OK) {
    adoptLiterals(L, bytes.length);
    setGlobals(L, globals);
    return;
  }
  const message = lua_tojsstring(L, -1) ?? 'syntax error';
  lua_pop(L, 1);
  const line = /:(\d+):/.exec(message)?.[1];
  throw new HostError('Invalid', message, { details: { source: name, ...(line ? { line: Number(line) } : {}) } });
}

function setGlobals(L: LuaState, globals: Table): void {
  L.stack[L.top++] = new TValue(TAG.TABLE, globals);
  if (lua_setupvalue(L, -2, 1) === null) lua_pop(L, 1);
}

/** `#!/usr/bin/env moonwit` on the first line: blanked out, so that lines keep their numbers. */
function withoutShebang(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x23) return bytes;
  const end = bytes.indexOf(0x0a);
  return end === -1 ? new Uint8Array(0) : bytes.subarray(end);
}

/** `load(chunk [, name [, mode [, env]]])`; without `env`, the globals of the script that this `load` belongs to. */
export function makeLoad(core: Core, globals: Table): LuaFunction {
  return (L) => {
    const isText = lua_type(L, 1) === LUA_TSTRING;
    const bytes = isText ? lua_tolstring(L, 1)! : readPieces(core, L);
    const name = luaL_optstring(L, 2, isText ? bytes : '=(load)')!;
    const mode = lua_tojsstring(L, 3) ?? 'bt';
    checkSize(core, bytes.length);
    chargeSteps(core, bytes.length * STEPS_PER_BYTE);
    const problem = whyRefused(bytes, mode);
    if (problem !== null) return failure(L, problem);
    // `load` copies: a parse must not see bytes that a host might change.
    const status = luaL_loadbufferx(L, bytes, bytes.length, name, 't');
    rethrowIfAborted(core);
    if (status !== LUA_OK) {
      lua_pushnil(L);
      lua_insert(L, -2);
      return 2;
    }
    adoptLiterals(L, bytes.length);
    if (lua_isnone(L, 4)) setGlobals(L, globals);
    else setEnvironment(L);
    return 1;
  };
}

function setEnvironment(L: LuaState): void {
  lua_pushvalue(L, 4);
  if (lua_setupvalue(L, -2, 1) === null) lua_pop(L, 1);
}

function whyRefused(bytes: Uint8Array, mode: string): string | null {
  if (bytes[0] === ESCAPE) return 'attempt to load a binary chunk: only text is accepted';
  return mode.includes('t') ? null : `attempt to load a text chunk (mode is '${mode}')`;
}

function failure(L: LuaState, message: string): number {
  lua_pushnil(L);
  lua_pushstring(L, to_luastring(message));
  return 2;
}

/** All pieces of a reader function, before the parser sees them: a reader without end must meet the bound. */
function readPieces(core: Core, L: LuaState): Uint8Array {
  luaL_checktype(L, 1, LUA_TFUNCTION);
  const pieces: Uint8Array[] = [];
  let byteLength = 0;
  for (;;) {
    lua_pushvalue(L, 1);
    lua_call(L, 0, 1);
    if (lua_isnil(L, -1)) break;
    const piece = lua_tolstring(L, -1);
    if (piece === null) throw new LuaError('reader function must return a string');
    lua_pop(L, 1);
    if (piece.length === 0) break;
    byteLength += piece.length;
    checkSize(core, byteLength);
    chargeSteps(core, 1);
    pieces.push(piece);
  }
  chargeStringBytes(core, byteLength);
  return joinBytes(pieces);
}

function checkSize(core: Core, byteLength: number): void {
  const allowed = core.task?.run.limits.sourceBytes ?? core.limits.sourceBytes;
  if (byteLength > allowed) throw new LuaError(`load: the text has more than ${allowed} bytes`);
}
