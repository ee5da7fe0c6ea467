/**
 * Functions of modules give `nil, error`, and the commonest slip is to take only the nil. Which call gave the last one is kept for
 * each run, so that who then trips over the nil is told the error.
 */
import type { HostError } from '../errors.js';
import { OP, type Proto, textOf, textOperand } from './bytecode.js';
import type { Core } from './core.js';
import { callBehind, lastWrite, localName, type Place, placeOf } from './frames.js';
import type { LuaState } from './internals.js';

/** An error that a host function gave to Lua, and the call that got it. */
export interface NilResult extends Place {
  readonly error: HostError;
}

/** Called in the frame of a host function that has an error among its results. */
export function noteNilResult({ task }: Core, { ci }: LuaState, error: HostError): void {
  const place = ci.previous === null ? null : placeOf(ci.previous);
  if (task !== null && place !== null) task.run.nilResult = { ...place, error };
}

const MAX_SHOWN = 300;

/** Lines for the message of an error that the nil of {@link NilResult} led to; null where it was another one. */
export function nilResultHint(L: LuaState, message: string, given: NilResult | null): string | null {
  if (given === null) return null;
  const { proto, pc, error } = given;
  const isBehind = suspects(L, message).some(
    ([place, register]) => place.proto === proto && callBehind(proto, register, place.pc) === pc,
  );
  if (!isBehind) return null;
  const { name, call } = calleeAt(proto, pc);
  const [first = ''] = error.message.split('\n', 1);
  return `${name} gave nil; its second value, an error, says why: local value, err = ${call}(…)\n  here it says: ${first.slice(0, MAX_SHOWN)}`;
}

/** Registers whose nil may be what the message is about. */
function suspects({ ci }: LuaState, message: string): [Place, number][] {
  const argument = /bad argument #(\d+) to '[^']*' \(.* expected, got (?:nil|no value)\)$/.exec(message);
  const place = argument === null ? placeOf(ci) : ci.previous === null ? null : placeOf(ci.previous);
  if (place === null) return [];
  const { opcode, A, B, C } = place.proto.code[place.pc]!;
  if (opcode === OP.TFORCALL) return iterated(place);
  const registers = (...each: number[]): [Place, number][] => each.map((register) => [place, register]);
  // Of a method, the first argument is the second value.
  if (argument !== null) return registers(A + Number(argument[1]), A + Number(argument[1]) + 1);
  if (/attempt to index a nil value(?: \(local '\w+'\))?$/.test(message))
    return registers(opcode === OP.SETTABLE ? A : B);
  if (/attempt to get length of a nil value(?: \(local '\w+'\))?$/.test(message)) return registers(B);
  if (!/attempt to (?:perform arithmetic on|concatenate) a nil value(?: \(local '\w+'\))?$/.test(message)) return [];
  return opcode === OP.CONCAT ? registers(...Array.from({ length: C - B + 1 }, (_, i) => B + i)) : registers(B, C);
}

/** `ipairs` takes a nil, and its iterator fails: what `ipairs` was given. */
function iterated({ proto, pc }: Place): [Place, number][] {
  const { A } = proto.code[pc]!;
  const made = callBehind(proto, A, pc);
  return made === null ? [] : [[{ proto, pc: made }, A + 1]];
}

/** What the call at `pc` calls: `with_options` and `…:with_options`; `funcs.call` twice. */
function calleeAt(proto: Proto, pc: number): { name: string; call: string } {
  const register = proto.code[pc]!.A;
  const got = lastWrite(proto, register, pc);
  const { opcode, B, C } = got === null ? { opcode: -1, B: 0, C: 0 } : proto.code[got]!;
  const field = textOperand(proto, C);
  if (got !== null && field !== null) {
    if (opcode === OP.SELF) return { name: field, call: `…:${field}` };
    if (opcode === OP.GETTABUP)
      return same(upvalueName(proto, B) === '_ENV' ? field : `${upvalueName(proto, B)}.${field}`);
    if (opcode === OP.GETTABLE) return same(`${tableName(proto, B, got)}.${field}`);
  }
  if (got !== null && opcode === OP.MOVE) return same(localName(proto, B, got) ?? '…');
  if (got !== null && opcode === OP.GETUPVAL) return same(upvalueName(proto, B));
  return { name: 'the call', call: '…' };
}

function same(name: string): { name: string; call: string } {
  return { name, call: name };
}

function tableName(proto: Proto, register: number, before: number): string {
  const local = localName(proto, register, before);
  if (local !== null) return local;
  const from = lastWrite(proto, register, before);
  const instruction = from === null ? undefined : proto.code[from];
  const name = instruction?.opcode === OP.GETTABUP ? textOperand(proto, instruction.C) : null;
  return name ?? '…';
}

function upvalueName({ upvalues }: Proto, index: number): string {
  const name = upvalues[index]?.name;
  return name === null || name === undefined ? '…' : textOf(name);
}
