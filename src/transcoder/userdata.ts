/** The side of userdata that the VM supplies, so that the transcoder knows nothing of modules. */

import type { LuaState } from '../lua/fengari.js';
import type { Opaque, Value } from '../values.js';

/** Free stack slots that both functions find. */
export const USERDATA_SLOTS = 8;

export interface Userdata {
  /** int64 → bigint, error object → HostError, resource → its handle; undefined for userdata that cannot cross. */
  toGo(L: LuaState, index: number): Value | undefined;
  /** Pushes exactly one value: an int64, an error object, a resource object. */
  push(L: LuaState, value: bigint | Opaque): void;
}
