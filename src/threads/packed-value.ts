/** A value that is still the bytes it came as: what the host only passes on between threads is never unpacked there. */
import { HostBug } from '../errors.js';
import { GO_SINK, Packed, type ValueSink } from '../value-sink.js';
import type { Value } from '../values.js';
import type { HandleIn } from './handle-marks.js';
import { PLAIN_SINK } from './plain-sink.js';
import { readValue } from './value-reader.js';

export class PackedValue extends Packed {
  readonly bytes: Uint8Array;
  private readonly plain: boolean;

  constructor(bytes: Uint8Array, plain: boolean) {
    super();
    this.bytes = bytes;
    this.plain = plain;
  }

  /** @param handles makes those that it may hold */
  open(handles: HandleIn | null = null): Value {
    return readValue(this.bytes, this.plain ? PLAIN_SINK : GO_SINK, undefined, undefined, handles);
  }

  readInto<T, S>(sink: ValueSink<T, S>, maxDepth: number, maxEntries: number): T {
    return readValue(this.bytes, sink, maxDepth, maxEntries);
  }
}

export type WireArgs = readonly Value[] | PackedValue;

/** Who calls with packed arguments takes a packed answer. */
export function isPacked(args: WireArgs): args is PackedValue {
  return args instanceof PackedValue;
}

export function openValue(value: Value, handles: HandleIn | null = null): Value {
  return value instanceof PackedValue ? value.open(handles) : value;
}

export function openArgs(args: WireArgs, handles: HandleIn | null = null): readonly Value[] {
  if (!isPacked(args)) return args;
  const opened = args.open(handles);
  if (!Array.isArray(opened)) throw new HostBug('arguments came that are no list');
  return opened;
}
