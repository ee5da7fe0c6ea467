/**
 * Bounds the texts that Fengari takes for numbers. It decodes them byte by byte, so that `tonumber(s)` and `s + 1` of a
 * few megabytes take seconds in which no hook fires; no numeral needs more than a few hundred bytes.
 *
 * Every caller looks the function up on the module's exports, so it is replaced there, once per process.
 */

import 'fengari'; // before its parts: see internals.ts
import lobjectModule from 'fengari/src/lobject.js';
import type { TValue } from './internals.js';

/** Longer texts are no numbers. */
const MAX_NUMERAL_BYTES = 4096;

const PATCHED = Symbol.for('moonwit.numerals.patched');
const NOT_A_NUMBER = 0;

interface LObject {
  luaO_str2num(bytes: Uint8Array, into: TValue): number;
  [PATCHED]?: boolean;
}

export function boundNumerals(): void {
  const lobject = lobjectModule as LObject;
  if (lobject[PATCHED] === true) return;
  lobject[PATCHED] = true;
  const convert = lobject.luaO_str2num;
  lobject.luaO_str2num = (bytes, into) => (bytes.length > MAX_NUMERAL_BYTES ? NOT_A_NUMBER : convert(bytes, into));
}
