/** What module functions share: arguments that are strings, results as `value, nil` or `nil, error`. */

import { HostError } from '../errors.js';
import { TranscodeError } from '../transcoder/error.js';
import { ByteString, type Value } from '../values.js';
import type { Core } from './core.js';
import { type LuaState, lua_pushnil } from './fengari.js';
import type { TString } from './internals.js';
import { chargeStringBytes, lookAtClock } from './limits.js';
import type { LuaPlatform } from './platform.js';
import { pushError } from './raise.js';
import { isString, slotAt } from './table-access.js';

/** Pushes what `make` gives and nil; or nil and the error that it threw. Errors of Lua itself go on. */
export function answer(core: Core, L: LuaState, make: () => Value): number {
  try {
    pushValue(core, L, make());
  } catch (thrown) {
    return pushNilAnd(core, L, thrown);
  }
  lua_pushnil(L);
  return 2;
}

/** As {@link answer}, for an object that Lua gets as userdata. */
export function answerObject(core: Core, L: LuaState, make: () => object): number {
  try {
    core.userdata.push(L, make());
  } catch (thrown) {
    return pushNilAnd(core, L, thrown);
  }
  lua_pushnil(L);
  return 2;
}

/** Pushes one value; the bytes of a string draw on the run's budget. */
export function pushValue(core: Core, L: LuaState, value: Value): number {
  if (value instanceof ByteString) chargeStringBytes(core, value.bytes.length);
  else if (typeof value === 'string') chargeStringBytes(core, core.options.text.utf8Length(value));
  core.transcoder.toLua(L, value);
  return 1;
}

/** `nil, error`. @throws what is neither a HostError nor a value that cannot cross */
export function pushNilAnd(core: Core, L: LuaState, thrown: unknown): number {
  const error =
    thrown instanceof TranscodeError ? new HostError('Internal', thrown.message, { cause: thrown }) : thrown;
  if (!(error instanceof HostError)) throw error;
  lua_pushnil(L);
  pushError(core, L, error);
  return 2;
}

/** An error of a module: nothing that a second attempt would change. */
export function moduleError(
  kind: 'Invalid' | 'Internal' | 'NotFound' | 'PermissionDenied' | 'Unavailable',
  text: string,
): HostError {
  return new HostError(kind, text, { retryable: false });
}

/** The bytes of a string argument (numbers are none), or null. */
export function bytesAt(L: LuaState, index: number): Uint8Array | null {
  const slot = slotAt(L, index);
  return slot !== undefined && isString(slot) ? (slot.value as TString).realstring : null;
}

/** As {@link bytesAt}. @throws HostError Invalid: `what: expected a string` */
export function checkedBytes(L: LuaState, index: number, what: string): Uint8Array {
  const bytes = bytesAt(L, index);
  if (bytes === null) throw moduleError('Invalid', `${what}: argument ${index}: expected a string`);
  return bytes;
}

/** The text of a string argument. @throws HostError Invalid, also for bytes that are not UTF-8 */
export function checkedText(core: Core, L: LuaState, index: number, what: string): string {
  const text = core.options.text.decodeUtf8(checkedBytes(L, index, what));
  if (text === undefined) throw moduleError('Invalid', `${what}: argument ${index}: the string is not valid UTF-8`);
  return text;
}

/** A string result that shares these bytes: nobody may write to them any more. */
export function bytesValue(bytes: Uint8Array): Value {
  return new ByteString(bytes);
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += HEX[byte];
  return text;
}

/**
 * Its functions may take a while, so the time is looked at before each.
 * @throws HostError Unavailable, where whoever made the VM gave it no platform
 */
export function platformOf(core: Core): LuaPlatform {
  lookAtClock(core);
  const { platform } = core.options;
  if (platform === undefined) throw moduleError('Unavailable', 'this host gives its Lua no platform functions');
  return platform;
}
