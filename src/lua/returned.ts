/**
 * What a chunk surely returns, told from its code without running it: loading a registry runs nobody's code. A table is known where it
 * is made in the main chunk and nothing but assignments to named fields happens to it; all else is unknown, and unknown is never wrong.
 */

import { CONSTANT, type Instruction, jumpTarget, mayGive, mayWrite, OP, type Proto, textOperand } from './bytecode.js';

export type Returned =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'function' }
  /** With functions, or what may be some, under these names and no others. */
  | { readonly kind: 'table'; readonly names: ReadonlySet<string>; readonly line: number }
  /** Neither. */
  | { readonly kind: 'other'; readonly line: number };

const UNKNOWN: Returned = { kind: 'unknown' };

/** What each `return` of a main chunk gives first. */
export function returnsOf(main: Proto): Returned[] {
  return main.code.flatMap((each, at) =>
    each.opcode === OP.RETURN && !isDead(main, at) ? [returnedAt(main, at)] : [],
  );
}

/** The `return` that ends every chunk, behind one that is written there. */
function isDead({ code }: Proto, at: number): boolean {
  if (at !== code.length - 1 || at === 0 || code[at - 1]!.opcode !== OP.RETURN) return false;
  return code.every((each, from) => jumpTarget(each, from) !== at);
}

function returnedAt(main: Proto, at: number): Returned {
  const { A: register, B: count } = main.code[at]!;
  const line = main.lineinfo[at] ?? 0;
  if (count === 1) return { kind: 'other', line };
  let made = at - 1;
  while (made >= 0 && !mayWrite(main.code[made]!, register)) made--;
  if (made < 0 || !alwaysPasses(main, made, at)) return UNKNOWN;
  const fields = fieldsOf(main, register, made, at);
  switch (main.code[made]!.opcode) {
    case OP.NEWTABLE:
      return fields === null ? UNKNOWN : { kind: 'table', names: fields, line };
    case OP.CLOSURE:
      return fields === null ? UNKNOWN : { kind: 'function' };
    case OP.LOADK:
    case OP.LOADBOOL:
    case OP.LOADNIL:
      return isCaptured(main, register) ? UNKNOWN : { kind: 'other', line };
    default:
      return UNKNOWN;
  }
}

/** Whether who comes to `at` has come by `made`, and has been nowhere but between them since. */
function alwaysPasses({ code }: Proto, made: number, at: number): boolean {
  return code.every((each, from) => {
    const to = jumpTarget(each, from);
    const isInside = from >= made && from <= at;
    return to === null || to <= made || to > at || isInside;
  });
}

/** Names under which the value in a register has got fields; null where it may have got others, or be another value by now. */
function fieldsOf(proto: Proto, register: number, made: number, at: number): ReadonlySet<string> | null {
  const fields: Fields = { names: new Set(), hasItself: false, isRead: false };
  for (let each = made; each < at; each++) {
    // A local function may capture itself.
    if (each > made && !follow(proto, proto.code[each]!, register, fields)) return null;
    if (!followCaptures(proto, proto.code[each]!, fields, (upvalue) => upvalue.instack && upvalue.idx === register))
      return null;
  }
  return fields.hasItself && fields.isRead ? null : fields.names;
}

/** Whether some function could change the local that a register is. */
function isCaptured({ code, p }: Proto, register: number): boolean {
  return code.some(
    ({ opcode, Bx }) =>
      opcode === OP.CLOSURE && p[Bx]!.upvalues.some((upvalue) => upvalue.instack && upvalue.idx === register),
  );
}

interface Fields {
  readonly names: Set<string>;
  hasItself: boolean;
  isRead: boolean;
}

/** @returns false where the value goes out of sight */
function follow(proto: Proto, each: Instruction, register: number, fields: Fields): boolean {
  const { opcode, A, B, C } = each;
  if (opcode === OP.SETTABLE && A === register) {
    if (C === register) fields.hasItself = true;
    return addField(proto, B, C, fields);
  }
  if (opcode === OP.GETTABLE && B === register) fields.isRead = true;
  return !mayGive(each, register);
}

/** @returns false where the key is not in the text */
function addField(proto: Proto, key: number, value: number, { names }: Fields): boolean {
  if (key < CONSTANT) return false;
  const name = textOperand(proto, key);
  // Constants are no functions.
  if (name !== null && value < CONSTANT) names.add(name);
  return true;
}

type Upvalue = Proto['upvalues'][number];

/** Follows a value into the function that an instruction makes, where that captures it. */
function followCaptures(
  proto: Proto,
  { opcode, Bx }: Instruction,
  fields: Fields,
  isIt: (upvalue: Upvalue) => boolean,
): boolean {
  if (opcode !== OP.CLOSURE) return true;
  const inner = proto.p[Bx]!;
  return inner.upvalues.every((upvalue, number) => !isIt(upvalue) || followUpvalue(inner, number, fields));
}

function followUpvalue(proto: Proto, number: number, fields: Fields): boolean {
  return proto.code.every((each) => {
    const { opcode, A, B, C } = each;
    if (opcode === OP.SETTABUP && A === number) return addField(proto, B, C, fields);
    if (opcode === OP.GETTABUP && B === number) fields.isRead = true;
    if ((opcode === OP.GETUPVAL || opcode === OP.SETUPVAL) && B === number) return false;
    return followCaptures(proto, each, fields, (upvalue) => !upvalue.instack && upvalue.idx === number);
  });
}
