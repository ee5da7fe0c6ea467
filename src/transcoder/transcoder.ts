/**
 * Lua tables ⇄ Go-style values, for one VM. The middle form is in values.ts; what crosses how is a table in the
 * documentation of values.
 */

import { lua_checkstack } from '../lua/fengari.js';
import type { LuaState, TString } from '../lua/internals.js';
import { pushSlot, slotAt } from '../lua/table-access.js';
import type { TextCodec } from '../text.js';
import type { Value } from '../values.js';
import { newWalk, TranscodeError } from './error.js';
import { readSlot } from './to-go.js';
import { writeSlot } from './to-lua.js';
import type { Userdata } from './userdata.js';

interface TranscoderOptions {
  readonly text: TextCodec;
  readonly userdata: Userdata;
}

export interface Transcoder {
  /**
   * Reads the Lua value at a stack index. Metatables are not asked; the stack is left as it was.
   * @returns a value of the middle form; strings share bytes with Lua, so they must not be written to
   * @throws {TranscodeError} with the path inside the value
   */
  toGo(L: LuaState, index: number): Value;
  /**
   * Reads the values at stack indexes `first` to `last` (positive), one after the other.
   * @throws {TranscodeError} with the `position` of the value, 1 for the one at `first`
   */
  rangeToGo(L: LuaState, first: number, last: number): Value[];
  /**
   * Pushes one value. Byte strings share their bytes with Lua, so they must not be written to afterwards.
   * @throws {TranscodeError}, and then nothing was pushed
   */
  toLua(L: LuaState, value: Value): void;
  /**
   * Pushes all values, in order.
   * @returns how many
   * @throws {TranscodeError} with the `position` of the value, and then nothing was pushed
   */
  allToLua(L: LuaState, values: readonly Value[]): number;
}

export function createTranscoder(options: TranscoderOptions): Transcoder {
  const { text, userdata } = options;
  const names = new Map<string, TString>();

  const toGo = (L: LuaState, index: number): Value => {
    const slot = slotAt(L, index);
    return slot === undefined ? null : readSlot({ L, text, userdata, walk: newWalk() }, slot, 0);
  };
  const toLua = (L: LuaState, value: Value): void => {
    const slot = writeSlot({ L, text, userdata, names, walk: newWalk() }, value, 0);
    if (!pushSlot(L, slot)) throw new TranscodeError([], 'room on the Lua stack', 'a full stack');
  };
  return {
    toGo,
    rangeToGo(L, first, last) {
      const values: Value[] = [];
      for (let index = first; index <= last; index++) values.push(atPosition(index - first + 1, () => toGo(L, index)));
      return values;
    },
    toLua,
    allToLua(L, values) {
      const writer = { L, text, userdata, names, walk: newWalk() };
      const slots = values.map((value, index) => atPosition(index + 1, () => writeSlot(writer, value, 0)));
      if (!lua_checkstack(L, slots.length))
        throw new TranscodeError([], 'room on the Lua stack', `${slots.length} values`);
      for (const slot of slots) pushSlot(L, slot);
      return slots.length;
    },
  };
}

/** Gives an error of `transcode` the position of the value. */
function atPosition<T>(position: number, transcode: () => T): T {
  try {
    return transcode();
  } catch (error) {
    if (error instanceof TranscodeError) throw new TranscodeError(error.path, error.expected, error.got, position);
    throw error;
  }
}
