/** `uuid`: makes UUIDs, and reads them in the forms `8-4-4-4-12`, 32 digits, `{…}` and `urn:uuid:…`. */

import { newMap, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { type LuaState, lua_isnoneornil } from '../fengari.js';
import type { UuidMaker } from '../platform.js';
import { answer, bytesAt, checkedBytes, checkedText, moduleError, platformOf } from '../results.js';
import type { LibraryFields } from '../tables.js';

const STANDARD = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SIMPLE = /^[0-9a-f]{32}$/;
const LONGEST_FORM = 45;
/** Between the epoch of time-based UUIDs, 1582-10-15, and 1970, in units of 100 ns. */
const GREGORIAN_OFFSET = 122_192_928_000_000_000n;
const TICKS_PER_SECOND = 10_000_000n;

export function uuidModule(core: Core): LibraryFields {
  const made = (make: (uuid: UuidMaker) => string) => (L: LuaState) =>
    answer(core, L, () => make(platformOf(core).uuid));
  const named = (version: 'v3' | 'v5') => (L: LuaState) =>
    answer(core, L, () => {
      const namespace = uuidAt(core, L, 1, `uuid.${version}`);
      return platformOf(core).uuid[version](checkedBytes(L, 2, `uuid.${version}`), namespace);
    });
  return {
    v1: made((uuid) => uuid.v1()),
    v4: made((uuid) => uuid.v4()),
    v7: made((uuid) => uuid.v7()),
    v3: named('v3'),
    v5: named('v5'),
    validate: (L) => answer(core, L, () => bytesAt(L, 1) !== null && normalized(textAt(core, L)) !== null),
    version: (L) => answer(core, L, () => versionOf(uuidAt(core, L, 1, 'uuid.version'))),
    variant: (L) => answer(core, L, () => variantOf(uuidAt(core, L, 1, 'uuid.variant'))),
    parse: (L) => answer(core, L, () => parsed(uuidAt(core, L, 1, 'uuid.parse'))),
    format: (L) => answer(core, L, () => formatted(core, L)),
  };
}

function textAt(core: Core, L: LuaState): string {
  return core.options.text.decodeUtf8(bytesAt(L, 1)!) ?? '';
}

function uuidAt(core: Core, L: LuaState, index: number, what: string): string {
  const uuid = normalized(checkedText(core, L, index, what));
  if (uuid === null) throw moduleError('Invalid', `${what}: argument ${index}: not a UUID`);
  return uuid;
}

/** In lower case with four dashes, or null. */
function normalized(text: string): string | null {
  if (text.length > LONGEST_FORM) return null;
  const lower = text.toLowerCase();
  const bare = lower.startsWith('urn:uuid:') ? lower.slice(9) : /^\{.*\}$/.test(lower) ? lower.slice(1, -1) : lower;
  if (STANDARD.test(bare)) return bare;
  return SIMPLE.test(lower) ? lower.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') : null;
}

function versionOf(uuid: string): number {
  return Number.parseInt(uuid[14]!, 16);
}

function variantOf(uuid: string): string {
  const bits = Number.parseInt(uuid[19]!, 16);
  if (bits < 8) return 'NCS';
  if (bits < 12) return 'RFC4122';
  return bits < 14 ? 'Microsoft' : 'Future';
}

/** `timestamp` is in whole seconds since 1970. */
function parsed(uuid: string): Value {
  const fields = newMap();
  fields.version = versionOf(uuid);
  fields.variant = variantOf(uuid);
  const hex = uuid.replaceAll('-', '');
  if (fields.version === 1) {
    const ticks = BigInt(`0x${hex.slice(13, 16)}${hex.slice(8, 12)}${hex.slice(0, 8)}`);
    fields.timestamp = Number((ticks - GREGORIAN_OFFSET) / TICKS_PER_SECOND);
    fields.node = hex.slice(20).replace(/(..)(?=.)/g, '$1:');
  } else if (fields.version === 7) {
    fields.timestamp = Math.floor(Number.parseInt(hex.slice(0, 12), 16) / 1000);
  }
  return fields;
}

function formatted(core: Core, L: LuaState): string {
  const uuid = uuidAt(core, L, 1, 'uuid.format');
  const form = lua_isnoneornil(L, 2) ? 'standard' : checkedText(core, L, 2, 'uuid.format');
  if (form === 'standard') return uuid;
  if (form === 'simple') return uuid.replaceAll('-', '');
  if (form === 'urn') return `urn:uuid:${uuid}`;
  throw moduleError('Invalid', `uuid.format: expected standard, simple or urn, got "${form.slice(0, 40)}"`);
}
