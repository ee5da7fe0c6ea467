/** Where a Lua frame stands, and what its registers came from, read from its code. */
import { mayWrite, OP, type Proto } from './bytecode.js';
import { type CallInfo, type LuaClosure, TAG } from './internals.js';

export interface Place {
  readonly proto: Proto;
  readonly pc: number;
}

/** The instruction that a Lua frame is at; null for other frames. */
export function placeOf({ func, l_savedpc: next }: CallInfo): Place | null {
  if (func?.type !== TAG.LUA_CLOSURE) return null;
  const proto = (func.value as LuaClosure).p as Proto;
  return next >= 1 && next <= proto.code.length ? { proto, pc: next - 1 } : null;
}

/** The instruction before `before`, as the text stands, that may have written a register. */
export function lastWrite({ code }: Proto, register: number, before: number): number | null {
  for (let at = before - 1; at >= 0; at--) if (mayWrite(code[at]!, register)) return at;
  return null;
}

/** The call whose first result a register has, as the text stands. */
export function callBehind(proto: Proto, register: number, before: number): number | null {
  const at = lastWrite(proto, register, before);
  if (at === null) return null;
  const { opcode, A, B } = proto.code[at]!;
  if (opcode === OP.MOVE) return callBehind(proto, B, at);
  return opcode === OP.CALL && A === register ? at : null;
}

/** The name of the local in a register; null: it is none. */
export function localName({ locvars }: Proto, register: number, pc: number): string | null {
  let left = register;
  for (const { varname, startpc, endpc } of locvars) {
    if (startpc > pc) break;
    if (pc >= endpc) continue;
    if (left === 0) return String.fromCharCode(...varname.realstring.subarray(0, 200));
    left--;
  }
  return null;
}
