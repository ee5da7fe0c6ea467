/** Makes what the parts of one VM share, in the order in which they need each other. */

import { HostBug } from '../errors.js';
import { createTranscoder } from '../transcoder/transcoder.js';
import type { Core } from './core.js';
import { lua_atnativeerror, luaL_newstate } from './fengari.js';
import { receiveHandle } from './handle-lifetime.js';
import { defineHandleClass } from './handles.js';
import type { Table } from './internals.js';
import { watchLargeStrings } from './large-strings.js';
import { defineChannelClass } from './modules/channel.js';
import { defineErrorClass } from './modules/errors.js';
import { defineInt64Class } from './modules/int64.js';
import { mendNumerals } from './numerals.js';
import { nativeErrorHandler } from './raise.js';
import { createGlobals } from './sandbox.js';
import { installHook } from './slices.js';
import { DEFAULT_LIMITS, type LuaVmOptions } from './types.js';
import { createUserdata } from './userdata.js';

export function createCore(options: LuaVmOptions): Core {
  mendNumerals();
  watchLargeStrings();
  const L = luaL_newstate();
  const userdata = createUserdata({
    received: (handle) => receiveHandle(core, handle),
    leaving: (handle) => core.leaving?.add(handle),
  });
  const core: Core = {
    L,
    options,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    userdata,
    transcoder: createTranscoder({ text: options.text, userdata }),
    libraries: new Map(),
    objects: new Map(),
    notListed: new WeakMap(),
    newGlobals: (): Table => {
      throw new HostBug('globals were asked for before the libraries were opened');
    },
    task: null,
    yielding: null,
    idleThreads: [],
    waiting: new WeakSet(),
    spawned: new WeakMap(),
    runs: new Set(),
    lastRunNumber: 0,
    leaving: null,
    closed: false,
  };
  lua_atnativeerror(L, nativeErrorHandler(core));
  installHook(core);
  defineErrorClass(core);
  defineChannelClass(core);
  defineInt64Class(core);
  defineHandleClass(core);
  core.newGlobals = createGlobals(core);
  return core;
}
