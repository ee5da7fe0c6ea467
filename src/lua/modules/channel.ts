/**
 * `channel`: how tasks of one VM hand values to each other. Values are handed over as they are, not copied. The semantics
 * are Go's, except that `select` takes the first case that is ready, and that a send that was waiting when its channel was
 * closed gives an error instead of raising.
 */

import {
  Channel,
  CLOSED,
  closeChannel,
  copyOf,
  type Delivery,
  isServedFromOutside,
  type Place,
  queueWait,
  tryReceive,
  trySend,
} from '../channel.js';
import type { Core, Wait } from '../core.js';
import { type LuaState, lua_pushboolean, luaL_optinteger } from '../fengari.js';
import { TAG, TValue } from '../internals.js';
import { LuaError } from '../raise.js';
import { slotAt } from '../table-access.js';
import type { LibraryFields } from '../tables.js';
import { defineClass } from '../userdata.js';
import { newWait, suspend } from '../waits.js';
import { pushClosed, SelectCase, selectFunction } from './channel-select.js';

export function channelModule(core: Core): LibraryFields {
  defineClass(core, 'channel.case', SelectCase, {});
  return {
    new: (L) => {
      const size = luaL_optinteger(L, 1, 0);
      core.userdata.push(L, new Channel(Math.max(0, size), core.task!.run));
      return 1;
    },
    select: selectFunction(core),
  };
}

/** Makes channels usable in Lua: timers and futures have some, too. Called once, while the VM is made. */
export function defineChannelClass(core: Core): void {
  const self: (L: LuaState) => Channel = defineClass(core, 'channel', Channel, {
    send: (L) => send(core, L, self(L), copyOf(slotAt(L, 2))),
    receive: (L) => receive(core, L, self(L)),
    close: (L) => {
      closeChannel(core, self(L));
      return 0;
    },
    case_send: (L) => {
      core.userdata.push(L, new SelectCase(self(L), copyOf(slotAt(L, 2))));
      return 1;
    },
    case_receive: (L) => {
      core.userdata.push(L, new SelectCase(self(L), null));
      return 1;
    },
  });
}

function send(core: Core, L: LuaState, channel: Channel, value: TValue): number {
  if (channel.closed) throw new LuaError('send on closed channel');
  if (trySend(core, channel, value)) return pushTrue(L);
  return waitAt(core, L, { channel, sending: value }, 'channel:send', (state, wait) => {
    if ((wait.value as Delivery).ok) return pushTrue(state);
    return pushClosed(core, state);
  });
}

function receive(core: Core, L: LuaState, channel: Channel): number {
  const value = tryReceive(core, channel);
  if (value !== null) return pushReceived(L, value === CLOSED ? null : value);
  return waitAt(core, L, { channel, sending: null }, 'channel:receive', finishReceive);
}

function waitAt(core: Core, L: LuaState, place: Place, what: string, finish: Wait['finish']): number {
  const wait = newWait(core, L, what, isServedFromOutside(place.channel, core.task!.run), finish);
  queueWait(wait, [place]);
  return suspend(core, L, wait);
}

function finishReceive(L: LuaState, wait: Wait): number {
  return pushReceived(L, (wait.value as Delivery).ok ? (wait.value as Delivery).value : null);
}

/** `value, true`; or `nil, false` from a closed channel. */
function pushReceived(L: LuaState, value: TValue | null): number {
  L.stack[L.top++] = value ?? new TValue(TAG.NIL, null);
  lua_pushboolean(L, value !== null);
  return 2;
}

function pushTrue(L: LuaState): number {
  lua_pushboolean(L, true);
  return 1;
}
