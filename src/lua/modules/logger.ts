/** `logger`: an object whose methods write lines with fields. `with` and `named` give new loggers. */

import { Empty, newMap, type Value, type ValueMap } from '../../values.js';
import type { Core } from '../core.js';
import { crossing } from '../crossing.js';
import {
  LUA_TTABLE,
  type LuaFunction,
  type LuaState,
  lua_isnoneornil,
  luaL_checkstring,
  luaL_checktype,
} from '../fengari.js';
import type { Udata } from '../internals.js';
import { plainData } from '../plain.js';
import type { LogLevel } from '../platform.js';
import { LuaError } from '../raise.js';
import { platformOf } from '../results.js';
import { innermostPlace } from '../stack.js';
import { defineClass, errorAt } from '../userdata.js';
import { pidOf } from './process.js';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

class Logger {
  readonly name: string;
  readonly fields: ValueMap;
  constructor(name: string, fields: ValueMap) {
    this.name = name;
    this.fields = fields;
  }
}

/** @returns the root logger, which is what `require("logger")` gives */
export function loggerObject(core: Core): Udata {
  const methods: { [name: string]: LuaFunction } = {
    with: (L) => {
      const logger = self(L);
      luaL_checktype(L, 2, LUA_TTABLE);
      core.userdata.push(L, new Logger(logger.name, merged(logger.fields, fieldsAt(core, L, 2, 'with'))));
      return 1;
    },
    named: (L) => {
      const logger = self(L);
      const name = textOf(luaL_checkstring(L, 2));
      if (name === '') throw new LuaError('logger:named: expected a name that is not empty');
      core.userdata.push(L, new Logger(logger.name === '' ? name : `${logger.name}.${name}`, logger.fields));
      return 1;
    },
  };
  for (const level of LEVELS) {
    methods[level] = (L) => {
      write(core, L, self(L), level);
      return 0;
    };
  }
  const self: (L: LuaState) => Logger = defineClass(core, 'logger', Logger, methods);
  return core.userdata.of(core.L, new Logger('', newMap()));
}

function write(core: Core, L: LuaState, logger: Logger, level: LogLevel): void {
  const message = errorAt(L, 2)?.message ?? textOf(luaL_checkstring(L, 2));
  const fields = lua_isnoneornil(L, 3) ? logger.fields : merged(logger.fields, fieldsAt(core, L, 3, level));
  platformOf(core).log({
    level,
    message,
    logger: logger.name,
    pid: pidOf(core),
    location: innermostPlace(L) ?? core.task?.run.name ?? '',
    fields: plainData(fields) as Record<string, unknown>,
  });
}

function fieldsAt(core: Core, L: LuaState, index: number, method: string): ValueMap {
  luaL_checktype(L, index, LUA_TTABLE);
  const value: Value = crossing(`logger:${method}: fields`, () => core.transcoder.toGo(L, index));
  if (value instanceof Empty) return newMap();
  if (Array.isArray(value) || value instanceof Map) {
    throw new LuaError(`logger:${method}: fields: expected a table whose keys are names`);
  }
  return value as ValueMap;
}

function merged(before: ValueMap, added: ValueMap): ValueMap {
  return Object.assign(newMap(), before, added);
}

/** What is no UTF-8 is shown as far as it can be. */
function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
