/** `base64`: the standard alphabet, padded. Line breaks inside a text are skipped. */

import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import type { LuaState } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import { answer, bytesValue, checkedBytes, moduleError, platformOf } from '../results.js';
import type { LibraryFields } from '../tables.js';

const WELL_FORMED = /^[A-Za-z0-9+/]*={0,2}$/;

export function base64Module(core: Core): LibraryFields {
  return {
    encode: (L) => answer(core, L, () => encoded(core, L)),
    decode: (L) => answer(core, L, () => decoded(core, L)),
  };
}

function encoded(core: Core, L: LuaState): Value {
  const bytes = checkedBytes(L, 1, 'base64.encode');
  chargeSteps(core, bytes.length >> 4);
  return platformOf(core).encodeBase64(bytes);
}

function decoded(core: Core, L: LuaState): Value {
  const bytes = checkedBytes(L, 1, 'base64.decode');
  chargeSteps(core, bytes.length >> 4);
  const text = (core.options.text.decodeUtf8(bytes) ?? '?').replace(/[\r\n]+/g, '');
  if (text.length % 4 !== 0 || !WELL_FORMED.test(text)) {
    throw moduleError('Invalid', 'base64.decode: expected base64 of the standard alphabet, padded with =');
  }
  return bytesValue(platformOf(core).decodeBase64(text));
}
