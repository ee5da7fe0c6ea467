/** `channel.select`: waits for the first of several channel operations that can happen. */

import { HostError } from '../../errors.js';
import { nearestName } from '../../nearest.js';
import {
  type Channel,
  CLOSED,
  type Delivery,
  isServedFromOutside,
  type Place,
  queueWait,
  tryReceive,
  trySend,
} from '../channel.js';
import type { Core } from '../core.js';
import {
  LUA_TTABLE,
  type LuaFunction,
  type LuaState,
  lua_pushnil,
  lua_toboolean,
  luaL_checktype,
  luaL_tolstring,
  to_jsstring,
  to_luastring,
} from '../fengari.js';
import { TAG, type Table, type TString, TValue, type Udata } from '../internals.js';
import { LuaError, pushError } from '../raise.js';
import { appendEntry, isString, newKey, newTable, slotAt, stringSlot } from '../table-access.js';
import { newWait, suspend } from '../waits.js';

/** What `case_send` and `case_receive` make. */
export class SelectCase implements Place {
  readonly channel: Channel;
  readonly sending: TValue | null;
  constructor(channel: Channel, sending: TValue | null) {
    this.channel = channel;
    this.sending = sending;
  }
}

interface Selection {
  readonly cases: readonly SelectCase[];
  readonly hasDefault: boolean;
}

export function selectFunction(core: Core): LuaFunction {
  const pushResult = resultPusher(core);
  return (L) => {
    luaL_checktype(L, 1, LUA_TTABLE);
    const { cases, hasDefault } = readCases(L);
    for (const each of cases) {
      const done = attempt(core, each);
      if (done !== null) return pushResult(L, each, done);
    }
    if (hasDefault) return pushResult(L, null, { index: 0, value: null, ok: true });
    const { run } = core.task!;
    const external = cases.some(({ channel }) => isServedFromOutside(channel, run));
    const wait = newWait(core, L, 'channel.select', external, (state, { value }) => {
      const delivery = value as Delivery;
      const chosen = cases[delivery.index]!;
      if (chosen.sending !== null && !delivery.ok) return pushClosed(core, state);
      return pushResult(state, chosen, delivery);
    });
    queueWait(wait, cases);
    return suspend(core, L, wait);
  };
}

/** Does it when it can be done at once. */
function attempt(core: Core, { channel, sending }: SelectCase): Delivery | null {
  if (sending !== null) {
    if (channel.closed || !trySend(core, channel, sending)) return null;
    return { index: 0, value: null, ok: true };
  }
  const value = tryReceive(core, channel);
  if (value === null) return null;
  return value === CLOSED ? { index: 0, value: null, ok: false } : { index: 0, value, ok: true };
}

/** The cases 1..n, and `default` in the table or as the second argument. Anything else raises. */
function readCases(L: LuaState): Selection {
  const table = slotAt(L, 1)!.value as Table;
  let hasDefault = lua_toboolean(L, 2);
  const byPlace = new Map<number, TValue>();
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    const { key, value } = entry;
    if (value.type === TAG.NIL) continue;
    if (key.type === TAG.INTEGER) byPlace.set(key.value as number, value);
    else if (isString(key) && textOf(key) === 'default') hasDefault ||= isTrue(value);
    else throw new LuaError(`channel.select: unknown field ${describeKey(L, key)}`);
  }
  const cases: SelectCase[] = [];
  for (let place = 1; place <= byPlace.size; place++) cases.push(caseAt(L, byPlace, place));
  return { cases, hasDefault };
}

function caseAt(L: LuaState, byPlace: ReadonlyMap<number, TValue>, place: number): SelectCase {
  const slot = byPlace.get(place);
  const data = slot?.type === TAG.USERDATA ? (slot.value as Udata).data : undefined;
  if (data instanceof SelectCase) return data;
  const got = slot === undefined ? 'nil' : describeValue(L, slot);
  throw new LuaError(
    `channel.select: entry ${place} is not a case, got ${got}: make cases by ch:case_receive() and ch:case_send(value)`,
  );
}

function describeValue(L: LuaState, slot: TValue): string {
  L.stack[L.top++] = new TValue(slot.type, slot.value);
  return to_jsstring(luaL_tolstring(L, -1), undefined, undefined, true).slice(0, MAX_SHOWN);
}

const MAX_SHOWN = 80;

function describeKey(L: LuaState, key: TValue): string {
  const text = describeValue(L, key);
  const nearest = isString(key) ? nearestName(text, ['default']) : null;
  return nearest === null ? `'${text}': it takes cases and 'default'` : `'${text}': did you mean '${nearest}'?`;
}

function textOf(key: TValue): string {
  return to_jsstring((key.value as TString).realstring, undefined, undefined, true);
}

function isTrue(slot: TValue): boolean {
  return slot.type !== TAG.BOOLEAN || slot.value === true;
}

type PushResult = (L: LuaState, chosen: SelectCase | null, delivery: Delivery) => number;

/** `{channel, value, ok}`; `{default = true, ok = true}` when no case was ready. */
function resultPusher(core: Core): PushResult {
  const keyOf = (name: string) => newKey(core.L, name, to_luastring(name));
  const keys = { channel: keyOf('channel'), value: keyOf('value'), ok: keyOf('ok'), default: keyOf('default') };
  const put = (table: Table, key: TString, slot: TValue) => appendEntry(table, key.hash, stringSlot(key), slot);
  return (L, chosen, { value, ok }) => {
    const table = newTable(L);
    if (chosen === null) put(table, keys.default, new TValue(TAG.BOOLEAN, true));
    else {
      put(table, keys.channel, new TValue(TAG.USERDATA, core.userdata.of(L, chosen.channel)));
      const given = chosen.sending ?? value;
      if (given !== null && given.type !== TAG.NIL) put(table, keys.value, new TValue(given.type, given.value));
    }
    put(table, keys.ok, new TValue(TAG.BOOLEAN, ok));
    L.stack[L.top++] = new TValue(TAG.TABLE, table);
    return 1;
  };
}

/** `nil, error` for who was waiting to send when the channel was closed. */
export function pushClosed(core: Core, L: LuaState): number {
  lua_pushnil(L);
  pushError(core, L, new HostError('Canceled', 'send on closed channel', { retryable: false }));
  return 2;
}
