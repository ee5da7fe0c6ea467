/** The resource `fields` of `wasi:http/types`: names are compared without case, values are bytes. */
import type { HeaderList } from './http-values.js';

type HeaderError = 'invalid-syntax' | 'forbidden' | 'immutable';
type FieldsResult<T> = { readonly ok: T } | { readonly err: HeaderError };

type Entry = readonly [name: string, value: Uint8Array];

const DONE = { ok: true } as const;

/** RFC 9110: a token. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** What says how the connection is used is the host's business. */
const FORBIDDEN: ReadonlySet<string> = new Set([
  'connection',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);
const MAX_BYTES = 128 * 1024;

export class Fields {
  private list: Entry[] = [];
  private byteLength = 0;
  private immutable = false;

  static fromList(entries: readonly Entry[]): FieldsResult<Fields> {
    const fields = new Fields();
    for (const [name, value] of entries) {
      const added = fields.append(name, value);
      if ('err' in added) return added;
    }
    return { ok: fields };
  }

  /** As they came over the wire: checked there, names in lower case. The guest cannot change them. */
  static received(headers: HeaderList): Fields {
    const fields = new Fields();
    fields.list = headers.map(([name, value]) => [name.toLowerCase(), bytesOf(value)]);
    fields.immutable = true;
    return fields;
  }

  get(name: string): Uint8Array[] {
    const key = name.toLowerCase();
    return this.list.filter(([each]) => each.toLowerCase() === key).map(([, value]) => value);
  }

  has(name: string): boolean {
    return this.get(name).length > 0;
  }

  set(name: string, values: readonly Uint8Array[]): FieldsResult<true> {
    const problem = this.problem(name, values);
    if (problem !== null) return { err: problem };
    this.remove(name);
    for (const value of values) this.list.push([name, value]);
    return DONE;
  }

  delete(name: string): FieldsResult<true> {
    const problem = this.problem(name, []);
    if (problem !== null) return { err: problem };
    this.remove(name);
    return DONE;
  }

  append(name: string, value: Uint8Array): FieldsResult<true> {
    const problem = this.problem(name, [value]);
    if (problem !== null) return { err: problem };
    this.list.push([name, value]);
    return DONE;
  }

  entries(): Entry[] {
    return [...this.list];
  }

  clone(): Fields {
    const fields = new Fields();
    fields.list = [...this.list];
    fields.byteLength = this.byteLength;
    return fields;
  }

  /** What was given into a request or a response cannot be changed any more. */
  freeze(): this {
    this.immutable = true;
    return this;
  }

  /** As they go over the wire. */
  toHeaders(): HeaderList {
    return this.list.map(([name, value]) => [name, Buffer.from(value).toString('latin1')]);
  }

  private problem(name: string, values: readonly Uint8Array[]): HeaderError | null {
    if (this.immutable) return 'immutable';
    if (!NAME.test(name) || !values.every(isValue)) return 'invalid-syntax';
    if (FORBIDDEN.has(name.toLowerCase())) return 'forbidden';
    const more = values.reduce((sum, value) => sum + name.length + value.length, 0);
    // There is no error for too many; they would be refused by whoever receives them.
    if (this.byteLength + more > MAX_BYTES) return 'invalid-syntax';
    this.byteLength += more;
    return null;
  }

  private remove(name: string): void {
    const key = name.toLowerCase();
    this.list = this.list.filter((entry) => {
      if (entry[0].toLowerCase() !== key) return true;
      this.byteLength -= entry[0].length + entry[1].length;
      return false;
    });
  }
}

/** RFC 9110: no control characters but the tab. */
function isValue(value: Uint8Array): boolean {
  return value.every((byte) => byte === 0x09 || (byte >= 0x20 && byte !== 0x7f));
}

function bytesOf(latin1: string): Uint8Array {
  return new Uint8Array(Buffer.from(latin1, 'latin1'));
}
