/** A value with the format that it is written in: what messages and futures carry. Immutable. */

import type { Value } from '../values.js';

export const PAYLOAD_FORMATS = {
  JSON: 'json/plain',
  YAML: 'yaml/plain',
  STRING: 'text/plain',
  BYTES: 'application/octet-stream',
  MSGPACK: 'application/msgpack',
  LUA: 'lua/any',
  GOLANG: 'golang/any',
  ERROR: 'golang/error',
} as const;

export type PayloadFormat = (typeof PAYLOAD_FORMATS)[keyof typeof PAYLOAD_FORMATS];

export class Payload {
  readonly opaqueKind = 'payload';
  readonly format: PayloadFormat;
  /** For formats that are text or bytes, a string; otherwise the value itself. */
  readonly value: Value;
  constructor(format: PayloadFormat, value: Value) {
    this.format = format;
    this.value = value;
  }
}
