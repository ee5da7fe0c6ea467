/**
 * Numbers and texts, as Lua has them. Fengari writes floats as JavaScript does (`Infinity`, `0.00001`, sixteen digits).
 * And it has no bound for the texts that it takes for numbers. It decodes them byte by byte, so that `tonumber(s)` and `s + 1` of a
 * few megabytes take seconds in which no hook fires; no numeral needs more than a few hundred bytes.
 *
 * Every caller looks the function up on the module's exports, so it is replaced there, once per process.
 */

import 'fengari'; // before its parts: see internals.ts
import lobjectModule from 'fengari/src/lobject.js';
import { to_luastring } from './fengari.js';
import { type LuaState, TAG, TString, type TValue } from './internals.js';
import { floatText } from './number-text.js';

/** Longer texts are no numbers. */
const MAX_NUMERAL_BYTES = 4096;

const PATCHED = Symbol.for('moonwit.numerals.patched');
const NOT_A_NUMBER = 0;

interface LObject {
  luaO_str2num(bytes: Uint8Array, into: TValue): number;
  luaO_tostring(L: LuaState, slot: TValue): void;
  [PATCHED]?: boolean;
}

export function mendNumerals(): void {
  const lobject = lobjectModule as LObject;
  if (lobject[PATCHED] === true) return;
  lobject[PATCHED] = true;
  const convert = lobject.luaO_str2num;
  lobject.luaO_tostring = (L, slot) => {
    const number = slot.value as number;
    const text = slot.type === TAG.INTEGER ? String(number) : floatText(number);
    slot.type = TAG.LONG_STRING;
    slot.value = new TString(L, to_luastring(text));
  };
  lobject.luaO_str2num = (bytes, into) => (bytes.length > MAX_NUMERAL_BYTES ? NOT_A_NUMBER : convert(bytes, into));
}
