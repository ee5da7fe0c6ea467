/** `hash`: digests and HMACs, as hexadecimal text or (with a last argument `true`) as bytes; and FNV-1 for tables of one's own. */

import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaFunction, lua_toboolean } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { HASH_ALGORITHMS } from '../platform.js';
import { answer, bytesValue, checkedBytes, hexOf, platformOf } from '../results.js';
import type { LibraryFields } from '../tables.js';
import { fnv32, fnv64 } from './fnv.js';

/** Bytes that cost as much as one Lua instruction, about. */
const BYTES_PER_STEP = 16;

export function hashModule(core: Core): LibraryFields {
  const fields: { [name: string]: LuaFunction } = {
    fnv32: (L) => answer(core, L, () => fnv32(charged(core, checkedBytes(L, 1, 'hash.fnv32')))),
    // A Lua number cannot hold 64 bits: the nearest float.
    fnv64: (L) => answer(core, L, () => Number(fnv64(charged(core, checkedBytes(L, 1, 'hash.fnv64'))))),
  };
  for (const algorithm of HASH_ALGORITHMS) {
    fields[algorithm] = (L) =>
      answer(core, L, () => {
        const bytes = charged(core, checkedBytes(L, 1, `hash.${algorithm}`));
        return digestValue(platformOf(core).hash(algorithm, bytes), lua_toboolean(L, 2));
      });
    fields[`hmac_${algorithm}`] = (L) =>
      answer(core, L, () => {
        const bytes = charged(core, checkedBytes(L, 1, `hash.hmac_${algorithm}`));
        const secret = checkedBytes(L, 2, `hash.hmac_${algorithm}`);
        return digestValue(platformOf(core).hmac(algorithm, secret, bytes), lua_toboolean(L, 3));
      });
  }
  return fields;
}

function digestValue(digest: Uint8Array, raw: boolean): Value {
  return raw ? bytesValue(digest) : hexOf(digest);
}

function charged(core: Core, bytes: Uint8Array): Uint8Array {
  chargeSteps(core, Math.ceil(bytes.length / BYTES_PER_STEP));
  return bytes;
}
