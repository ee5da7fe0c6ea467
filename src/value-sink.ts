/**
 * A value as its parts, in order: what walks one (a Lua table, bytes from another thread) tells a sink, and each sink makes of it
 * what it is for. So a table can become bytes, and bytes a table, with nothing in between.
 */
import { ByteString, EMPTY, Float64, newMap, type Opaque, type Value, type ValueMap } from './values.js';

/**
 * @template T what a value becomes; containers are made first and filled afterwards
 * @template S what the sink knows of the names of a map: maps of one shape share it
 */
export interface ValueSink<T, S> {
  nil(): T;
  boolean(value: boolean): T;
  /** Of 32 bits. */
  integer(value: number): T;
  /** A float that is not integral, or -0. */
  number(value: number): T;
  /** An integral float. */
  float64(value: number): T;
  /** @param bytes shared with who walks, never written to */
  byteString(bytes: Uint8Array): T;
  /** The empty table. */
  empty(): T;
  /** All that has no parts of its own here. */
  value(value: Value): T;
  array(length: number): T;
  /** The next element of an array. */
  element(into: T, index: number, value: T): void;
  shape(names: readonly string[]): S;
  map(shape: S): T;
  /** The next field of a map: the value under the name at `index` of its shape. */
  field(into: T, shape: S, index: number, value: T): void;
}

/** A value that is still bytes: read where it is needed, into what is needed. */
export abstract class Packed implements Opaque {
  readonly opaqueKind = 'packed value';
  /** As the middle form. */
  abstract open(): Value;
  /** @throws Error when it has more levels of containers, or more entries in all, than `maxDepth` and `maxEntries` */
  abstract readInto<T, S>(sink: ValueSink<T, S>, maxDepth: number, maxEntries: number): T;
}

/** The middle form. */
export const GO_SINK: ValueSink<Value, readonly string[]> = {
  nil: () => null,
  boolean: (value) => value,
  integer: (value) => value,
  number: (value) => value,
  float64: (value) => new Float64(value),
  byteString: (bytes) => new ByteString(bytes),
  empty: () => EMPTY,
  value: (value) => value,
  array: () => [],
  element(into, _index, value) {
    (into as Value[]).push(value);
  },
  shape: (names) => names,
  map: () => newMap(),
  field(into, names, index, value) {
    (into as ValueMap)[names[index] as string] = value;
  },
};
