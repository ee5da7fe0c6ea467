/** Calls of functions that a module, a table or an object does not have: which one may have been meant. */
import { nearestName } from '../nearest.js';
import { CONSTANT, OP, textOf, textOperand } from './bytecode.js';
import { lastWrite, type Place, placeOf } from './frames.js';
import { type LuaClosure, type LuaState, TAG, type Table, type TString, type TValue, type Udata } from './internals.js';
import { isString } from './table-access.js';

/** Names that are compared at most. */
const MAX_NAMES = 500;
/** Metatables that point at each other end somewhere. */
const MAX_DEPTH = 8;

/** "did you mean" for the call of the field or method `name` that failed; null where nothing is near. */
export function misspeltHint(L: LuaState, name: string): string | null {
  const place = placeOf(L.ci);
  const object = place === null ? undefined : calledObject(L, place);
  if (object === undefined) return null;
  const names = new Set<string>();
  addNames(L, object, names, MAX_DEPTH);
  const nearest = nearestName(name, names);
  return nearest === null ? null : `there is no ${name}: did you mean ${nearest}?`;
}

/** What was asked for the function. */
function calledObject(L: LuaState, { proto, pc }: Place): TValue | undefined {
  const { opcode, A } = proto.code[pc]!;
  const got = opcode === OP.CALL || opcode === OP.TAILCALL ? lastWrite(proto, A, pc) : null;
  if (got === null) return undefined;
  const from = proto.code[got]!;
  const registers = L.ci.l_base;
  if (from.opcode === OP.SELF) return L.stack[registers + A + 1];
  const { upvals } = L.ci.func.value as LuaClosure;
  if (from.opcode === OP.GETTABUP) return upvals[from.B];
  if (from.opcode !== OP.GETTABLE) return undefined;
  if (from.B !== A) return L.stack[registers + from.B];
  // The function took the place of its table, which was a field of an upvalue: `funcs.call` of the global `funcs`.
  const before = lastWrite(proto, A, got);
  const { opcode: source, B, C } = before === null ? from : proto.code[before]!;
  const outer = source === OP.GETTABUP && C >= CONSTANT ? upvals[B] : undefined;
  return outer?.type === TAG.TABLE ? fieldOf(outer.value as Table, textOperand(proto, C)!) : undefined;
}

function fieldOf(table: Table, name: string): TValue | undefined {
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    if (isString(entry.key) && textOf(entry.key.value as TString) === name) return entry.value;
  }
  return undefined;
}

/** The functions of a value by their names, with those that its metatable gives it. */
function addNames(L: LuaState, { type, value }: TValue, names: Set<string>, depth: number): void {
  if (depth === 0) return;
  if (type === TAG.TABLE) {
    for (let entry = (value as Table).f; entry !== undefined && names.size < MAX_NAMES; entry = entry.n) {
      if (isString(entry.key) && isFunction(entry.value)) names.add(textOf(entry.key.value as TString));
    }
  }
  const metatable = metatableOf(L, type, value);
  const index = metatable === null ? undefined : fieldOf(metatable, '__index');
  if (index?.type === TAG.TABLE) addNames(L, index, names, depth - 1);
}

/** Of basic types, by Lua's own number of strings. */
const STRINGS = 4;

function metatableOf({ l_G }: LuaState, type: number, value: unknown): Table | null {
  if (type === TAG.TABLE || type === TAG.USERDATA) return (value as Table | Udata).metatable;
  return type === TAG.LONG_STRING || type === TAG.SHORT_STRING ? (l_G.mt[STRINGS] ?? null) : null;
}

function isFunction({ type }: TValue): boolean {
  return type === TAG.LUA_CLOSURE || type === TAG.HOST_FUNCTION || type === TAG.HOST_CLOSURE;
}
