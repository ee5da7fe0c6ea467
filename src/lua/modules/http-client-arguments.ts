/** What `http_client` is called with, read from Lua's stack: options may hold open files, which are no values. */

import { joinBytes } from '../../bytes.js';
import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import {
  LUA_TSTRING,
  LUA_TTABLE,
  type LuaState,
  lua_absindex,
  lua_isnoneornil,
  lua_next,
  lua_pop,
  lua_pushnil,
  lua_pushstring,
  lua_rawget,
  lua_rawgeti,
  lua_rawlen,
  lua_type,
} from '../fengari.js';
import { bytesAt, moduleError } from '../results.js';
import { userdataAt } from '../userdata.js';
import { LuaFile } from './fs-file.js';
import type { FormPart } from './http-client-multipart.js';
import {
  bytesOf,
  checkOptionName,
  fetchRequest,
  type GivenOptions,
  OPTION_NAMES,
  wrong,
} from './http-client-options.js';

const MAX_FILES = 1000;
const READ_BYTES = 256 * 1024;
/** Of all files of one request. */
const MAX_UPLOAD_BYTES = 64 * 1024 * 1024;

export interface ClientRequest {
  readonly url: string;
  /** As the operation `net.fetch` takes it. */
  readonly fetch: Value;
}

/** @param optionsAt where the table of options is, if there is one @throws HostError Invalid, Unavailable */
export function readRequest(core: Core, L: LuaState, method: string, urlAt: number, optionsAt: number): ClientRequest {
  const url = textAt(core, L, urlAt, 'the URL');
  const options = lua_isnoneornil(L, optionsAt) ? { values: {}, files: [] } : readOptions(core, L, optionsAt);
  return { url, fetch: fetchRequest(core, method, url, options) };
}

/** @throws HostError Invalid */
export function textAt(core: Core, L: LuaState, index: number, what: string): string {
  const bytes = bytesAt(L, index);
  const text = bytes === null ? undefined : core.options.text.decodeUtf8(bytes);
  if (text === undefined) throw wrong(what, 'a string');
  return text;
}

function readOptions(core: Core, L: LuaState, at: number): GivenOptions {
  if (lua_type(L, at) !== LUA_TTABLE) throw wrong('options', 'a table');
  const index = lua_absindex(L, at);
  checkNames(core, L, index);
  const values: Record<string, Value> = {};
  let files: FormPart[] = [];
  for (const name of OPTION_NAMES) {
    lua_pushstring(L, name);
    lua_rawget(L, index);
    if (name === 'files') files = lua_isnoneornil(L, -1) ? [] : readFiles(core, L);
    else values[name] = core.transcoder.toGo(L, -1);
    lua_pop(L, 1);
  }
  return { values, files };
}

function checkNames(core: Core, L: LuaState, index: number): void {
  lua_pushnil(L);
  while (lua_next(L, index)) {
    lua_pop(L, 1);
    if (lua_type(L, -1) !== LUA_TSTRING) throw wrong('options', 'names as keys');
    checkOptionName(textAt(core, L, -1, 'an option'));
  }
}

/** The table on top of the stack. */
function readFiles(core: Core, L: LuaState): FormPart[] {
  if (lua_type(L, -1) !== LUA_TTABLE) throw wrong('files', 'a list of tables');
  const list = lua_absindex(L, -1);
  const count = Number(lua_rawlen(L, list));
  if (count > MAX_FILES) throw wrong('files', `at most ${MAX_FILES}`);
  const parts: FormPart[] = [];
  let left = MAX_UPLOAD_BYTES;
  for (let i = 1; i <= count; i++) {
    lua_rawgeti(L, list, i);
    if (lua_type(L, -1) !== LUA_TTABLE) throw wrong(`files[${i}]`, 'a table');
    const part = readFile(core, L, `files[${i}]`, left);
    left -= part.content.length;
    parts.push(part);
    lua_pop(L, 1);
  }
  return parts;
}

function readFile(core: Core, L: LuaState, what: string, maxBytes: number): FormPart {
  const index = lua_absindex(L, -1);
  const field = <T>(name: string, read: () => T): T => {
    lua_pushstring(L, name);
    lua_rawget(L, index);
    const value = read();
    lua_pop(L, 1);
    return value;
  };
  const text = (name: string): string | null =>
    field(name, () => (lua_isnoneornil(L, -1) ? null : textAt(core, L, -1, `${what}.${name}`)));
  const name = text('name');
  if (name === null) throw wrong(`${what}.name`, 'a string');
  const filename = text('filename') ?? name;
  const contentType = text('content_type');
  if (contentType !== null && !/^[\x20-\x7e]+$/.test(contentType)) throw wrong(`${what}.content_type`, 'a media type');
  const given = field('content', () => (lua_isnoneornil(L, -1) ? null : bytesOf(core.transcoder.toGo(L, -1))));
  const content = given ?? field('reader', () => readAll(core, userdataAt(L, -1), what, maxBytes));
  if (content.length > maxBytes) throw tooLarge(what);
  return { name, filename, contentType, content };
}

/** From where the file stands to its end. */
function readAll(core: Core, reader: unknown, what: string, maxBytes: number): Uint8Array {
  if (!(reader instanceof LuaFile)) throw wrong(what, 'content, or an open file of module fs as reader');
  const pieces: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const piece = reader.readSome(core, READ_BYTES);
    if (piece.length === 0) return joinBytes(pieces);
    length += piece.length;
    if (length > maxBytes) throw tooLarge(what);
    pieces.push(piece);
  }
}

function tooLarge(what: string): Error {
  return moduleError('Invalid', `http_client: ${what}: all files of a request have at most ${MAX_UPLOAD_BYTES} bytes`);
}
