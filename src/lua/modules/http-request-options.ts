/** Options of `http.request`: how large the body may be, and how long it is waited for. */

import { Float64, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { durationHint, parseDurationMs } from '../duration.js';
import { LUA_TTABLE, type LuaState, lua_isnoneornil, lua_type } from '../fengari.js';
import { moduleError } from '../results.js';
import { entriesOf, unknownOption } from './funcs-options.js';

export interface RequestOptions {
  /** Bytes. */
  readonly maxBody: number;
  /** How long each wait for the body may take. */
  readonly timeoutMs: number;
}

export const DEFAULT_REQUEST: RequestOptions = { maxBody: 125_829_120, timeoutMs: 300_000 };

const NAMES: readonly string[] = ['timeout', 'max_body'];

/** @throws HostError Invalid */
export function requestOptionsAt(core: Core, L: LuaState, index: number): RequestOptions {
  if (lua_isnoneornil(L, index)) return DEFAULT_REQUEST;
  if (lua_type(L, index) !== LUA_TTABLE) {
    throw moduleError('Invalid', 'http.request: expected a table such as {timeout = 5000, max_body = 1048576}');
  }
  const given = entriesOf(core.transcoder.toGo(L, index), 'http.request');
  let { maxBody, timeoutMs } = DEFAULT_REQUEST;
  for (const [name, value] of given) {
    if (name === 'max_body') maxBody = maxBodyOf(value);
    else if (name === 'timeout') timeoutMs = timeoutOf(value);
    else throw unknownOption(name, NAMES, 'http.request');
  }
  return { maxBody, timeoutMs };
}

function maxBodyOf(value: Value): number {
  const bytes = value instanceof Float64 ? value.value : value;
  if (typeof bytes === 'number' && bytes >= 0) return bytes;
  throw moduleError('Invalid', 'http.request: max_body: expected a number of bytes');
}

function timeoutOf(value: Value): number {
  const number = value instanceof Float64 ? value.value : value;
  const ms = typeof number === 'number' ? number : parseDurationMs(value);
  if (ms !== null && ms > 0) return Math.min(ms, Number.MAX_SAFE_INTEGER);
  const expected = 'expected milliseconds above 0, or a duration such as "30s"';
  throw moduleError('Invalid', `http.request: timeout: ${expected}${durationHint(value)}`);
}
