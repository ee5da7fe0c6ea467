/** `errors`: error objects. They are what the host's functions return, and what scripts raise to keep a kind. */

import { ERROR_KINDS, type ErrorKind, HostError, type HostErrorOptions } from '../../errors.js';
import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import {
  LUA_TSTRING,
  LUA_TTABLE,
  type LuaState,
  lua_getfield,
  lua_pop,
  lua_pushboolean,
  lua_pushnil,
  lua_pushstring,
  lua_toboolean,
  lua_tojsstring,
  lua_type,
  luaL_argerror,
  to_luastring,
} from '../fengari.js';
import { plainData } from '../plain.js';
import { LuaError, pushError } from '../raise.js';
import { luaStackText, parseStackText } from '../stack.js';
import type { LibraryFields } from '../tables.js';
import { defineClass, errorAt, wrongArgument } from '../userdata.js';

const CONSTANTS: { readonly [name: string]: ErrorKind } = {
  NOT_FOUND: 'NotFound',
  ALREADY_EXISTS: 'AlreadyExists',
  INVALID: 'Invalid',
  PERMISSION_DENIED: 'PermissionDenied',
  UNAVAILABLE: 'Unavailable',
  INTERNAL: 'Internal',
  CANCELED: 'Canceled',
  CONFLICT: 'Conflict',
  TIMEOUT: 'Timeout',
  RATE_LIMITED: 'RateLimited',
  UNKNOWN: '',
};

export function errorsModule(core: Core): LibraryFields {
  return {
    ...CONSTANTS,
    new: (L) => {
      pushError(core, L, newError(core, L));
      return 1;
    },
    wrap: (L) => {
      core.userdata.push(L, wrapped(core, L));
      return 1;
    },
    is: (L) => {
      const error = errorAt(L, 1);
      lua_pushboolean(L, error !== undefined && error.kind === lua_tojsstring(L, 2));
      return 1;
    },
    call_stack: (L) => {
      const stack = errorAt(L, 1)?.luaStack ?? '';
      const frames = stackFrames(stack);
      if (frames.length === 0) lua_pushnil(L);
      else core.transcoder.toLua(L, { thread: core.task?.run.name ?? '', frames });
      return 1;
    },
  };
}

/** Makes error objects usable in Lua. Called once, while the VM is made. */
export function defineErrorClass(core: Core): void {
  const self: (L: LuaState) => HostError = defineClass(
    core,
    'error',
    HostError,
    {
      kind: (L) => pushText(L, self(L).kind),
      message: (L) => pushText(L, self(L).message),
      retryable: (L) => {
        const { retryable } = self(L);
        if (retryable === null) lua_pushnil(L);
        else lua_pushboolean(L, retryable);
        return 1;
      },
      details: (L) => {
        const { details } = self(L);
        if (details === null || Object.keys(details).length === 0) lua_pushnil(L);
        else core.transcoder.toLua(L, details as Value);
        return 1;
      },
      stack: (L) => pushText(L, self(L).luaStack ?? ''),
    },
    {
      __tostring: (L) => pushText(L, self(L).message),
      __concat: (L) => pushText(L, concatOperand(L, 1) + concatOperand(L, 2)),
    },
  );
}

function pushText(L: LuaState, text: string): number {
  lua_pushstring(L, to_luastring(text));
  return 1;
}

function concatOperand(L: LuaState, index: number): string {
  const text = errorAt(L, index)?.message ?? lua_tojsstring(L, index);
  if (text === null) return wrongArgument(L, index, 'string, number or error');
  return text;
}

function newError(core: Core, L: LuaState): HostError {
  const type = lua_type(L, 1);
  if (type === LUA_TTABLE) return fromTable(core, L);
  if (type !== LUA_TSTRING) return wrongArgument(L, 1, 'string or table');
  const first = lua_tojsstring(L, 1)!;
  const kind = lua_type(L, 2) === LUA_TSTRING ? kindOf(first) : undefined;
  return kind === undefined ? new HostError('', first) : new HostError(kind, lua_tojsstring(L, 2)!);
}

/** A kind by its value ("Timeout") or by its constant's name ("TIMEOUT"). */
function kindOf(text: string): ErrorKind | undefined {
  const kind = ERROR_KINDS.find((known) => known === text && known !== '');
  return kind ?? (Object.hasOwn(CONSTANTS, text) ? CONSTANTS[text] : undefined);
}

function fromTable(core: Core, L: LuaState): HostError {
  const options: HostErrorOptions = {};
  if (field(L, 'message') === null) throw new LuaError('message field is required');
  const message = field(L, 'message', LUA_TSTRING);
  if (message === null) throw new LuaError('message must be a string');
  const kindText = field(L, 'kind', LUA_TSTRING);
  lua_getfield(L, 1, 'retryable');
  const retryable = typeof core.transcoder.toGo(L, -1) === 'boolean' ? lua_toboolean(L, -1) : null;
  lua_pop(L, 1);
  options.retryable = retryable;
  options.details = detailsOf(core, L);
  return new HostError((kindText === null ? undefined : kindOf(kindText)) ?? '', message, options);
}

/** The field as text, null when it is nil (or not of the wanted type). */
function field(L: LuaState, name: string, wanted?: number): string | null {
  const type = lua_getfield(L, 1, name);
  const text = wanted === undefined ? (type > 0 ? '' : null) : type === wanted ? lua_tojsstring(L, -1) : null;
  lua_pop(L, 1);
  return text;
}

function detailsOf(core: Core, L: LuaState): Record<string, unknown> | null {
  const type = lua_getfield(L, 1, 'details');
  const value = type === LUA_TTABLE ? core.transcoder.toGo(L, -1) : null;
  lua_pop(L, 1);
  const isNamed = value !== null && !Array.isArray(value);
  const details = isNamed ? (plainData(value) as Record<string, unknown>) : {};
  return Object.keys(details).length === 0 ? null : details;
}

function wrapped(core: Core, L: LuaState): HostError {
  const inner = errorAt(L, 1) ?? textError(L, 1);
  const context = errorAt(L, 2)?.message ?? contextText(L);
  const place = luaStackText(core, L).split('\n', 1)[0] ?? '';
  const stack = [`${context}${place === '' ? '' : ` (${place})`}`, inner.luaStack ?? ''].filter((line) => line !== '');
  return new HostError(inner.kind, inner.message, {
    retryable: inner.retryable,
    details: inner.details,
    cause: inner,
    luaStack: stack.join('\n'),
  });
}

function textError(L: LuaState, index: number): HostError {
  if (lua_type(L, index) !== LUA_TSTRING) return wrongArgument(L, index, 'error or string');
  return new HostError('', lua_tojsstring(L, index)!);
}

function contextText(L: LuaState): string {
  if (lua_type(L, 2) !== LUA_TSTRING) return luaL_argerror(L, 2, 'string or error expected');
  return lua_tojsstring(L, 2)!;
}

function stackFrames(stack: string): Value[] {
  return parseStackText(stack).map((frame, level) => ({ level: level + 1, ...frame }));
}
