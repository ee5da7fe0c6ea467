/** `yaml`: `encode(table [, options])` and `decode(text)`, each giving a value, or nil and an error object. */

import { ByteString, Empty, type Value } from '../../values.js';
import type { Core } from '../core.js';
import { crossing } from '../crossing.js';
import { LUA_TTABLE, type LuaState, lua_isnoneornil, lua_type } from '../fengari.js';
import { chargeSteps } from '../limits.js';
import type { YamlOptions } from '../platform.js';
import { answer, bytesAt, checkedText, moduleError, platformOf } from '../results.js';
import type { LibraryFields } from '../tables.js';

export function yamlModule(core: Core): LibraryFields {
  return {
    encode: (L) => answer(core, L, () => encoded(core, L)),
    decode: (L) => answer(core, L, () => decoded(core, L)),
  };
}

function encoded(core: Core, L: LuaState): string {
  if (lua_type(L, 1) !== LUA_TTABLE) throw moduleError('Invalid', 'yaml.encode: argument 1: expected a table');
  const options = optionsAt(core, L);
  const value = toGo(core, L);
  const text = platformOf(core).yaml.encode(value, options);
  chargeSteps(core, text.length);
  return text;
}

function toGo(core: Core, L: LuaState): Value {
  try {
    return core.transcoder.toGo(L, 1);
  } catch (thrown) {
    throw moduleError('Internal', `yaml.encode: ${(thrown as Error).message}`);
  }
}

function optionsAt(core: Core, L: LuaState): YamlOptions {
  const defaults = { fieldOrder: [], sortOthers: false };
  if (lua_isnoneornil(L, 2)) return defaults;
  const given =
    lua_type(L, 2) === LUA_TTABLE ? crossing('yaml.encode: options', () => core.transcoder.toGo(L, 2)) : null;
  if (given instanceof Empty) return defaults;
  if (typeof given !== 'object' || given === null || Array.isArray(given) || given instanceof Map) {
    throw moduleError('Invalid', 'yaml.encode: options: expected a table such as {field_order = {"name"}}');
  }
  const options: { fieldOrder: readonly string[]; sortOthers: boolean } = defaults;
  for (const [name, value] of Object.entries(given)) {
    if (name === 'field_order') options.fieldOrder = namesOf(core, value);
    else if (name === 'sort_unordered' && typeof value === 'boolean') options.sortOthers = value;
    else if (name === 'sort_unordered') throw moduleError('Invalid', 'yaml.encode: sort_unordered: expected a boolean');
    else throw moduleError('Invalid', `yaml.encode: unknown option '${name}': known are field_order, sort_unordered`);
  }
  return options;
}

function namesOf(core: Core, value: Value): string[] {
  const items = value instanceof Empty ? [] : Array.isArray(value) ? value : [null];
  return items.map((item) => {
    const name = item instanceof ByteString ? core.options.text.decodeUtf8(item.bytes) : undefined;
    if (name === undefined) throw moduleError('Invalid', 'yaml.encode: field_order: expected a list of names');
    return name;
  });
}

function decoded(core: Core, L: LuaState): Value {
  if (bytesAt(L, 1)?.length === 0) throw moduleError('Invalid', 'yaml.decode: expected a string that is not empty');
  const text = checkedText(core, L, 1, 'yaml.decode');
  chargeSteps(core, text.length);
  return platformOf(core).yaml.decode(text);
}
