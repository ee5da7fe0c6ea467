/** Files of a multipart form. */

import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import {
  type LuaState,
  lua_createtable,
  lua_pushnil,
  lua_rawseti,
  lua_setfield,
  lua_settable,
  luaL_checkstring,
  to_luastring,
} from '../fengari.js';
import { answer, bytesValue, pushValue } from '../results.js';
import { defineClass } from '../userdata.js';
import { streamOf } from './http-stream.js';

/** As the host gives it. */
export interface PartHeaders {
  readonly field: string;
  readonly name: string | null;
  /** Names and values in turn; a character for each byte of a value. */
  readonly headers: readonly string[];
  readonly content: Uint8Array;
}

class LuaPart {
  readonly opaqueKind = 'http file';
  readonly part: PartHeaders;
  constructor(part: PartHeaders) {
    this.part = part;
  }
}

export function definePart(core: Core): void {
  const self: (L: LuaState) => LuaPart = defineClass(core, 'http file', LuaPart, {
    name: (L) => {
      const { part } = self(L);
      return answer(core, L, () => part.name ?? '');
    },
    size: (L) => {
      const { part } = self(L);
      return answer(core, L, () => part.content.length);
    },
    header: (L) => {
      const { part } = self(L);
      const name = (core.options.text.decodeUtf8(luaL_checkstring(L, 2)) ?? '').toLowerCase();
      return answer(core, L, () => headerValue(headerOf(part.headers, name)));
    },
    stream: (L) => {
      core.userdata.push(L, streamOf(self(L).part.content));
      lua_pushnil(L);
      return 2;
    },
  });
}

/** Joined as one line; null where there is none. @param name in lower case */
export function headerOf(headers: readonly string[], name: string): string | null {
  const values: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    if (headers[index]!.toLowerCase() === name) values.push(headers[index + 1]!);
  }
  return values.length === 0 ? null : values.join(betweenLines(name));
}

/** What stands between the lines of one header where they become one (RFC 9110, 5.3; RFC 6265, 5.4). */
export function betweenLines(name: string): string {
  return name === 'cookie' ? '; ' : ', ';
}

/** Its bytes as they came: headers hold one in each character. */
export function headerValue(latin1: string | null): Value {
  if (latin1 === null || !/[\x80-\xff]/.test(latin1)) return latin1;
  return bytesValue(Uint8Array.from(latin1, (letter) => letter.charCodeAt(0)));
}

/** `{values = {name = text or list}, files = {name = {file…}}}, nil`. */
export function pushParts(core: Core, L: LuaState, values: Value, files: readonly PartHeaders[]): number {
  lua_createtable(L, 0, 2);
  pushValue(core, L, values);
  lua_setfield(L, -2, to_luastring('values'));
  lua_createtable(L, 0, 0);
  for (const [field, group] of groups(files)) {
    pushValue(core, L, field);
    lua_createtable(L, group.length, 0);
    for (const [index, part] of group.entries()) {
      core.userdata.push(L, new LuaPart(part));
      lua_rawseti(L, -2, index + 1);
    }
    lua_settable(L, -3);
  }
  lua_setfield(L, -2, to_luastring('files'));
  lua_pushnil(L);
  return 2;
}

function groups(files: readonly PartHeaders[]): Map<string, PartHeaders[]> {
  const map = new Map<string, PartHeaders[]>();
  for (const file of files) {
    const group = map.get(file.field);
    if (group === undefined) map.set(file.field, [file]);
    else group.push(file);
  }
  return map;
}
