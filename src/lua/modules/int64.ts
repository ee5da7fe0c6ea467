/**
 * `int64`: exact integers from -2^63 to 2^64-1, for what a 32-bit Lua integer and an exact float cannot hold. Equal
 * values are one object, so `==` and table keys work. What does not fit raises; nothing wraps or rounds.
 */

import { HostError } from '../../errors.js';
import type { Core } from '../core.js';
import {
  type LuaFunction,
  type LuaState,
  lua_pushboolean,
  lua_pushinteger,
  lua_pushnil,
  lua_pushnumber,
  lua_pushstring,
  lua_tojsstring,
  to_luastring,
} from '../fengari.js';
import { TAG } from '../internals.js';
import { LuaError, pushError } from '../raise.js';
import { slotAt } from '../table-access.js';
import { type LibraryFields, lockedTable } from '../tables.js';
import { userdataAt, wrongArgument } from '../userdata.js';

const MIN = -(2n ** 63n);
const MAX = 2n ** 64n - 1n;
const MAX_SIGNED = 2n ** 63n - 1n;
const MAX_EXACT = 2n ** 53n;
const MAX_DIGITS = 40;

export function int64Module(core: Core): LibraryFields {
  const push = pusher(core);
  return {
    new: (L) => push(L, typeof textAt(L, 1) === 'string' ? parsed(L) : operand(L, 1)),
    parse: (L) => {
      const value = parseDecimal(textAt(L, 1));
      if (value !== null) return push(L, value);
      lua_pushnil(L);
      pushError(
        core,
        L,
        new HostError('Invalid', 'int64.parse: expected a whole number from -2^63 to 2^64-1 in decimal'),
      );
      return 2;
    },
    is: (L) => {
      lua_pushboolean(L, typeof userdataAt(L, 1) === 'bigint');
      return 1;
    },
    tonumber: (L) => pushNumber(L, operand(L, 1)),
    max: MAX_SIGNED,
    min: MIN,
  };
}

/** Makes int64 values usable in Lua. Called once, while the VM is made. */
export function defineInt64Class(core: Core): void {
  const push = pusher(core);
  const binary =
    (compute: (a: bigint, b: bigint) => bigint): LuaFunction =>
    (L) =>
      push(L, compute(operand(L, 1), operand(L, 2)));
  const compare =
    (holds: (a: bigint, b: bigint) => boolean): LuaFunction =>
    (L) => {
      lua_pushboolean(L, holds(operand(L, 1), operand(L, 2)));
      return 1;
    };
  const metatable = lockedTable(core, 'int64', {
    __name: 'int64',
    __metatable: 'int64 is protected',
    __add: binary((a, b) => a + b),
    __sub: binary((a, b) => a - b),
    __mul: binary((a, b) => a * b),
    __idiv: binary(floorDivide),
    __mod: binary((a, b) => a - b * floorDivide(a, b)),
    __pow: binary(power),
    __band: binary((a, b) => a & b),
    __bor: binary((a, b) => a | b),
    __bxor: binary((a, b) => a ^ b),
    __shl: binary((a, b) => shift(a, b)),
    __shr: binary((a, b) => shift(a, -b)),
    __div: () => {
      throw new LuaError('int64 has no exact division: use // or int64.tonumber');
    },
    __unm: (L) => push(L, -operand(L, 1)),
    __bnot: (L) => push(L, ~operand(L, 1)),
    __lt: compare((a, b) => a < b),
    __le: compare((a, b) => a <= b),
    __tostring: (L) => pushText(L, String(operand(L, 1))),
    __concat: (L) => pushText(L, concatOperand(L, 1) + concatOperand(L, 2)),
  });
  core.userdata.defineInt64(metatable);
}

function pusher(core: Core): (L: LuaState, value: bigint) => number {
  return (L, value) => {
    if (value < MIN || value > MAX) throw new LuaError(`int64 overflow: ${shorten(value)} is not in -2^63 to 2^64-1`);
    core.userdata.push(L, value);
    return 1;
  };
}

function shorten(value: bigint): string {
  const text = String(value);
  return text.length <= MAX_DIGITS ? text : `${text.slice(0, MAX_DIGITS)}...`;
}

function pushText(L: LuaState, text: string): number {
  lua_pushstring(L, to_luastring(text));
  return 1;
}

/** An int64, or a number that is whole and exact. */
function operand(L: LuaState, index: number): bigint {
  const data = userdataAt(L, index);
  if (typeof data === 'bigint') return data;
  const slot = slotAt(L, index);
  if (slot?.type === TAG.INTEGER) return BigInt(slot.value as number);
  if (slot?.type !== TAG.FLOAT) return wrongArgument(L, index, 'int64 or number');
  if (!Number.isSafeInteger(slot.value)) {
    throw new LuaError(`int64: number ${String(slot.value)} is not a whole number in ±2^53`);
  }
  return BigInt(slot.value as number);
}

function textAt(L: LuaState, index: number): string | null {
  const slot = slotAt(L, index);
  return slot?.type === TAG.LONG_STRING || slot?.type === TAG.SHORT_STRING ? lua_tojsstring(L, index) : null;
}

function parsed(L: LuaState): bigint {
  const value = parseDecimal(textAt(L, 1));
  if (value === null) throw new LuaError('int64.new: expected a whole number from -2^63 to 2^64-1 in decimal');
  return value;
}

function parseDecimal(text: string | null): bigint | null {
  if (text === null || text.length > MAX_DIGITS || !/^[+-]?\d+$/.test(text)) return null;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value < MIN || value > MAX ? null : value;
}

function pushNumber(L: LuaState, value: bigint): number {
  if (value > MAX_EXACT || value < -MAX_EXACT) throw new LuaError(`int64: ${value} has no exact number`);
  const number = Number(value);
  if ((number | 0) === number) lua_pushinteger(L, number);
  else lua_pushnumber(L, number);
  return 1;
}

function floorDivide(a: bigint, b: bigint): bigint {
  if (b === 0n) throw new LuaError("attempt to perform 'n//0' on int64");
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

function power(a: bigint, b: bigint): bigint {
  if (b < 0n) throw new LuaError('int64: a negative exponent has no exact result');
  const grows = a > 1n || a < -1n;
  if (grows && b > 64n) throw new LuaError('int64 overflow: the power is not in -2^63 to 2^64-1');
  return grows ? a ** b : a ** (b === 0n ? 0n : 2n - (b & 1n));
}

/** As on 64 bits in two's complement. */
function shift(a: bigint, by: bigint): bigint {
  if (by >= 64n || by <= -64n) return 0n;
  const bits = BigInt.asUintN(64, a);
  return BigInt.asIntN(64, by >= 0n ? bits << by : bits >> -by);
}

function concatOperand(L: LuaState, index: number): string {
  const data = userdataAt(L, index);
  if (typeof data === 'bigint') return String(data);
  const text = lua_tojsstring(L, index);
  return text === null ? wrongArgument(L, index, 'string or number') : text;
}
