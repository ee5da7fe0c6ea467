/**
 * Lua tables ⇄ Go-style values, for one VM. The middle form is in values.ts; what crosses how is a table in the
 * documentation of values.
 */

import { lua_checkstack } from '../lua/fengari.js';
import type { LuaState, TString } from '../lua/internals.js';
import { pushSlot, slotAt } from '../lua/table-access.js';
import type { TextCodec } from '../text.js';
import { GO_SINK, Packed, type ValueSink } from '../value-sink.js';
import type { Value } from '../values.js';
import { newWalk, TranscodeError } from './error.js';
import { type KnownShapes, readSlot } from './to-go.js';
import { writePacked, writeSlot } from './to-lua.js';
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
   * Tells a sink the parts of the Lua value at a stack index, with the same errors as {@link toGo}.
   * @throws {TranscodeError} with the path inside the value, when the sink has got parts of it already
   */
  tell(L: LuaState, index: number, sink: ValueSink<unknown, unknown>): void;
  /**
   * Reads the values at stack indexes `first` to `last` (positive), one after the other.
   * @throws {TranscodeError} with the `position` of the value, 1 for the one at `first`
   */
  rangeToGo(L: LuaState, first: number, last: number): Value[];
  /**
   * Pushes one value, which may still be {@link Packed}. Byte strings share their bytes with Lua, so they must not be written to afterwards.
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

  const shapes: KnownShapes = new Map();

  const read = <T, S>(L: LuaState, index: number, sink: ValueSink<T, S>): T => {
    const slot = slotAt(L, index);
    return slot === undefined ? sink.nil() : readSlot({ L, text, userdata, shapes, walk: newWalk(), sink }, slot, 0);
  };
  const toGo = (L: LuaState, index: number): Value => read(L, index, GO_SINK);
  const toLua = (L: LuaState, value: Value): void => {
    const writer = { L, text, userdata, names, walk: newWalk() };
    const slot = value instanceof Packed ? writePacked(writer, value) : writeSlot(writer, value, 0);
    if (!pushSlot(L, slot)) throw new TranscodeError([], 'room on the Lua stack', 'a full stack');
  };
  return {
    toGo,
    tell: (L, index, sink) => void read(L, index, sink),
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
