/** A value that is still the bytes it came as: what the host only passes on between threads is never unpacked there. */
import { HostBug } from '../errors.js';
import type { Opaque, Value } from '../values.js';
import { ValueReader } from './value-reader.js';

export class PackedValue implements Opaque {
  readonly opaqueKind = 'packed value';
  readonly bytes: Uint8Array;
  private readonly plain: boolean;

  constructor(bytes: Uint8Array, plain: boolean) {
    this.bytes = bytes;
    this.plain = plain;
  }

  open(): Value {
    return new ValueReader(this.bytes, this.plain).read();
  }
}

export type WireArgs = readonly Value[] | PackedValue;

export function openValue(value: Value): Value {
  return value instanceof PackedValue ? value.open() : value;
}

export function openArgs(args: WireArgs): readonly Value[] {
  if (!(args instanceof PackedValue)) return args;
  const opened = args.open();
  if (!Array.isArray(opened)) throw new HostBug('arguments came that are no list');
  return opened;
}
