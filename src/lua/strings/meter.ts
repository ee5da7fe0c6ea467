/**
 * Counts the bytes of strings that Fengari itself makes, above all by `..`, which a script can double sixty times in a
 * line. Its loop cannot be reached, but each of its results goes onto the stack through `setsvalue2s`, and each string
 * of the C-style API through `pushsvalue2s`: both are looked up on the module's exports at every call, so they are
 * replaced there, once per process. States without a meter behave as before.
 *
 * That is after the fact, and one `..` takes as many operands as the parser nests (190 or so). So operands of
 * `LARGE_BYTES` and more are noticed while `..` adds up their lengths (`TValue.vslen`), and the budget is asked before the
 * result is allocated. Strings know their meter from the push that brought them (string-owner.ts).
 *
 * Measured: no difference in loops of short `..`, within 2 %.
 */

import 'fengari'; // before its parts: see internals.ts
import lobjectModule from 'fengari/src/lobject.js';
import { type LuaClosure, type LuaState, TAG, type TString, TValue } from '../internals.js';
import { adoptString, LARGE_BYTES, meterOfState, meterOfString, type StringMeter, setMeter } from '../string-owner.js';
import { isString } from '../table-access.js';
import type { Budget } from './budget.js';

/** Smaller strings are announced together, in portions of this size. */
const REPORT_BYTES = 16 * 1024;

const OP_CONCAT = 29;
const PATCHED = Symbol.for('moonwit.string-meter.patched');

interface LObject {
  pushsvalue2s(L: LuaState, text: TString): void;
  setsvalue2s(L: LuaState, at: number, text: TString): void;
  [PATCHED]?: boolean;
}

/**
 * Makes the strings of a VM draw on a budget.
 *
 * @param current the thread of this VM that executes now (the innermost coroutine); null when none does
 */
export function meterStrings(L: LuaState, budget: Budget, current: () => LuaState | null): void {
  patchOnce(lobjectModule as LObject);
  setMeter(L, { budget, current, unreported: 0 });
}

interface Prototype {
  readonly k: readonly TValue[];
  readonly p: readonly Prototype[];
}

/**
 * Tells the large literals of a chunk whose budget their copies draw on; call it after loading. The compiled function is
 * on top of the stack.
 *
 * @param sourceBytes the length of its text: a short one has no large literals, and is not looked through
 */
export function adoptLiterals(L: LuaState, sourceBytes: number): void {
  if (sourceBytes < LARGE_BYTES) return;
  const pending = [(L.stack[L.top - 1]!.value as LuaClosure).p as Prototype];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const slot of next.k) if (isString(slot)) adoptString(L, slot.value as TString);
    pending.push(...next.p);
  }
}

function countString(L: LuaState, meter: StringMeter, text: TString): void {
  const { length } = text.realstring;
  if (length >= REPORT_BYTES) {
    adoptString(L, text);
    meter.budget.bytes(length);
    return;
  }
  meter.unreported += length;
  if (meter.unreported < REPORT_BYTES) return;
  const bytes = meter.unreported;
  meter.unreported = 0;
  meter.budget.bytes(bytes);
}

function patchOnce(lobject: LObject): void {
  if (lobject[PATCHED] === true) return;
  lobject[PATCHED] = true;
  lobject.pushsvalue2s = (L, text) => {
    L.stack[L.top++] = new TValue(TAG.LONG_STRING, text);
    const meter = meterOfState(L);
    if (meter !== undefined) countString(L, meter, text);
  };
  lobject.setsvalue2s = (L, at, text) => {
    const slot = L.stack[at]!;
    slot.type = TAG.LONG_STRING;
    slot.value = text;
    const meter = meterOfState(L);
    if (meter !== undefined) countString(L, meter, text);
  };
  Object.defineProperty(TValue.prototype, 'vslen', {
    value(this: TValue): number {
      const text = this.value as TString;
      const { length } = text.realstring;
      if (length >= LARGE_BYTES) {
        const meter = meterOfString(text);
        if (meter !== undefined) checkConcat(meter);
      }
      return length;
    },
    configurable: true,
    writable: true,
  });
}

interface LuaFrame {
  readonly l_code?: readonly { readonly opcode: number; readonly B: number; readonly C: number }[] | null;
  readonly l_savedpc: number;
  readonly l_base: number;
}

/** Where the running instruction is a `..` of large strings, asks whether there is room for its result. */
function checkConcat(meter: StringMeter): void {
  const L = meter.current();
  if (L === null) return;
  const frame = L.ci as unknown as LuaFrame;
  const instruction = frame.l_code?.[frame.l_savedpc - 1];
  if (instruction?.opcode !== OP_CONCAT) return;
  let total = 0;
  const last = Math.min(frame.l_base + instruction.C, L.top - 1);
  for (let at = frame.l_base + instruction.B; at <= last; at++) {
    const slot = L.stack[at];
    if (slot !== undefined && isString(slot)) total += (slot.value as TString).realstring.length;
  }
  meter.budget.room(total);
}
