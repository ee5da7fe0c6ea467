/** Lua value → JSON text. Keys are sorted, so equal tables give equal texts. */

import { HostError } from '../../errors.js';
import { formatPath, MAX_DEPTH, type PathStep } from '../../values.js';
import type { Core } from '../core.js';
import { TAG, type Table, type TableEntry, type TString, type TValue, type Udata } from '../internals.js';
import { chargeSteps } from '../limits.js';
import { isString } from '../table-access.js';

interface Encoder {
  readonly core: Core;
  readonly path: PathStep[];
  readonly inside: Set<Table>;
  length: number;
  readonly maxLength: number;
}

/**
 * @throws HostError (Internal) for tables that mix kinds of keys, have holes, contain themselves or nest too deep, and
 * for strings that are not UTF-8; the message has the path
 */
export function encodeJson(core: Core, slot: TValue): string {
  const maxLength = core.task?.run.limits.stringLength ?? core.limits.stringLength;
  return encode({ core, path: [], inside: new Set(), length: 0, maxLength }, slot);
}

function encode(encoder: Encoder, slot: TValue): string {
  switch (slot.type) {
    case TAG.BOOLEAN:
      return count(encoder, slot.value === true ? 'true' : 'false');
    case TAG.INTEGER:
      return count(encoder, String(slot.value));
    case TAG.FLOAT:
      return count(encoder, encodeFloat(slot.value as number));
    case TAG.SHORT_STRING:
    case TAG.LONG_STRING:
      return count(encoder, quote(encoder, slot.value as TString));
    case TAG.TABLE:
      return encodeTable(encoder, slot.value as Table);
    case TAG.USERDATA:
      return count(encoder, encodeUserdata(slot.value as Udata));
    default:
      return count(encoder, 'null');
  }
}

function count(encoder: Encoder, text: string): string {
  encoder.length += text.length + 1;
  if (encoder.length > encoder.maxLength) throw fail(encoder, `the text exceeds ${encoder.maxLength} bytes`);
  return text;
}

/** Every digit of an integral float: JavaScript's exponents start at 1e21, where doubles are all integral. */
function encodeFloat(value: number): string {
  if (!Number.isFinite(value)) return 'null';
  if (Object.is(value, -0)) return '-0';
  return String(value);
}

function encodeUserdata(udata: Udata): string {
  const { data } = udata;
  if (typeof data === 'bigint') return String(data);
  if (data instanceof HostError) return JSON.stringify(data.message);
  return 'null';
}

function quote(encoder: Encoder, text: TString): string {
  const decoded = encoder.core.options.text.decodeUtf8(text.realstring);
  if (decoded === undefined) throw fail(encoder, 'the string is not valid UTF-8');
  return JSON.stringify(decoded);
}

function encodeTable(encoder: Encoder, table: Table): string {
  if (encoder.inside.has(table)) throw fail(encoder, 'the table contains itself');
  if (encoder.inside.size >= MAX_DEPTH) throw fail(encoder, `tables nest deeper than ${MAX_DEPTH}`);
  chargeSteps(encoder.core, table.strong.size + 1);
  count(encoder, '[]');
  encoder.inside.add(table);
  const text = isObject(encoder, table) ? encodeObject(encoder, table) : encodeArray(encoder, table);
  encoder.inside.delete(table);
  return text;
}

/** True for names, false for 1..n and for an empty table. */
function isObject(encoder: Encoder, table: Table): boolean {
  let names = 0;
  let indexes = 0;
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    if (isString(entry.key)) names++;
    else if (entry.key.type === TAG.INTEGER && (entry.key.value as number) >= 1) indexes++;
    else throw fail(encoder, 'keys must be names, or 1, 2, 3, …');
  }
  if (names > 0 && indexes > 0) throw fail(encoder, 'the table mixes names and indexes');
  return names > 0;
}

function encodeArray(encoder: Encoder, table: Table): string {
  const size = table.strong.size;
  const items: string[] = [];
  for (let index = 1; index <= size; index++) {
    const entry = table.strong.get(index);
    if (entry === undefined) throw fail(encoder, `the list has a hole at ${index}`);
    encoder.path.push(index);
    items.push(encode(encoder, entry.value));
    encoder.path.pop();
  }
  return `[${items.join(',')}]`;
}

function encodeObject(encoder: Encoder, table: Table): string {
  const fields: { name: string; entry: TableEntry }[] = [];
  for (let entry = table.f; entry !== undefined; entry = entry.n) {
    const name = encoder.core.options.text.decodeUtf8((entry.key.value as TString).realstring);
    if (name === undefined) throw fail(encoder, 'a key is not valid UTF-8');
    fields.push({ name, entry });
  }
  fields.sort((a, b) => (a.name < b.name ? -1 : 1));
  const items = fields.map(({ name, entry }) => {
    encoder.path.push(name);
    const item = `${count(encoder, JSON.stringify(name))}:${encode(encoder, entry.value)}`;
    encoder.path.pop();
    return item;
  });
  return `{${items.join(',')}}`;
}

function fail(encoder: Encoder, problem: string): HostError {
  const path = formatPath(encoder.path);
  return new HostError('Internal', `json.encode: ${path === '' ? '' : `${path}: `}${problem}`, {
    retryable: false,
    details: { path },
  });
}
