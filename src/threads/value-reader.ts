/** Values that crossed threads as bytes (value-writer.ts), told to a sink: as the middle form, as TypeScript sees them, as Lua. */
import { HostBug, HostError, type HostErrorData } from '../errors.js';
import { GO_SINK, type ValueSink } from '../value-sink.js';
import type { Value } from '../values.js';
import { ByteReader } from './byte-reader.js';
import type { HandleIn } from './handle-marks.js';
import { PLAIN_SINK } from './plain-sink.js';
import { MAX_SHAPES, SHORT_STRING, SMALL_NATURAL, TAG } from './value-tags.js';

/** A stand-in: its description is what counts. */
const NO_FUNCTION = (): void => {};
const NO_SYMBOL = Symbol('stand-in');
/** Deeper than what is ever written. */
const MAX_DEPTH = 500;

/** Reads the values of one message into one sink. */
class ValueReader<T, S> {
  readonly in: ByteReader;
  private readonly sink: ValueSink<T, S>;
  private readonly names: (readonly string[])[];
  private readonly handles: HandleIn | null;
  private readonly shapes: S[] = [];
  private depthLeft: number;
  private entriesLeft: number;

  /**
   * @param handles makes what stands for handles; null: there are none
   * @param names of the shapes of the same message, for a reader of a part of it
   */
  constructor(
    from: ByteReader,
    sink: ValueSink<T, S>,
    maxDepth = MAX_DEPTH,
    maxEntries = Number.POSITIVE_INFINITY,
    handles: HandleIn | null = null,
    names: (readonly string[])[] = [],
  ) {
    this.in = from;
    this.sink = sink;
    this.depthLeft = maxDepth;
    this.entriesLeft = maxEntries;
    this.handles = handles;
    this.names = names;
  }

  read(): T {
    const { in: from, sink } = this;
    const tag = from.byte();
    if (tag >= SMALL_NATURAL) return sink.integer(tag - SMALL_NATURAL);
    if (tag >= SHORT_STRING) return sink.byteString(from.bytes(tag - SHORT_STRING));
    switch (tag) {
      case TAG.null:
        return sink.nil();
      case TAG.false:
        return sink.boolean(false);
      case TAG.true:
        return sink.boolean(true);
      case TAG.natural:
        return sink.integer(from.unsigned());
      case TAG.negative:
        return sink.integer(-from.unsigned() - 1);
      case TAG.number:
        return sink.number(from.float64());
      case TAG.float64:
        return sink.float64(from.float64());
      case TAG.byteString:
        return sink.byteString(from.bytes());
      case TAG.array:
        return this.array();
      case TAG.newShape:
        return this.newShape();
      case TAG.map:
        return this.map(from.unsigned());
      case TAG.empty:
        return sink.empty();
      default:
        return sink.value(this.whole(tag));
    }
  }

  /** What is rare, and has no part in how fast values cross. */
  private whole(tag: number): Value {
    const { in: from } = this;
    switch (tag) {
      case TAG.undefined:
        return undefined;
      case TAG.bigint:
        return readBigint(from.utf8());
      case TAG.text:
        return from.utf8();
      case TAG.brokenText:
        return from.utf16();
      case TAG.bytes:
        return from.bytes();
      case TAG.mixed:
        return this.mixed();
      case TAG.error:
        return HostError.fromData(this.inner(PLAIN_SINK).read() as unknown as HostErrorData);
      case TAG.function:
        return NO_FUNCTION as unknown as Value;
      case TAG.symbol:
        return NO_SYMBOL as unknown as Value;
      case TAG.handle:
        if (this.handles !== null)
          return this.handles({ number: from.unsigned(), state: from.byte(), name: from.utf8() });
        throw new HostBug('a message between threads has a handle');
      default:
        throw new HostBug(`a message between threads has the tag ${tag}`);
    }
  }

  private inner(sink: typeof GO_SINK): ValueReader<Value, readonly string[]> {
    return new ValueReader(this.in, sink, this.depthLeft - 1, this.entriesLeft, this.handles, this.names);
  }

  /** A container with so many entries begins: @throws HostBug, where no value has so many levels or entries */
  private enter(entries: number): void {
    this.entriesLeft -= entries;
    if (--this.depthLeft < 0 || this.entriesLeft < 0)
      throw new HostBug('a message between threads has too large a value');
  }

  private array(): T {
    const { sink } = this;
    const length = this.in.unsigned();
    this.enter(length);
    const array = sink.array(length);
    for (let i = 0; i < length; i++) sink.element(array, i, this.read());
    this.depthLeft++;
    return array;
  }

  private newShape(): T {
    const count = this.in.unsigned();
    const names: string[] = [];
    for (let i = 0; i < count; i++) names.push(this.name());
    const index = this.names.length;
    if (index < MAX_SHAPES) {
      this.names.push(names);
      return this.map(index);
    }
    return this.fields(this.sink.shape(names), count);
  }

  private name(): string {
    const tag = this.in.byte();
    if (tag === TAG.text) return this.in.utf8();
    if (tag === TAG.brokenText) return this.in.utf16();
    throw new HostBug(`a message between threads has a name with the tag ${tag}`);
  }

  private map(index: number): T {
    const names = this.names[index];
    if (names === undefined) throw new HostBug(`a message between threads has no shape ${index}`);
    let shape = this.shapes[index];
    if (shape === undefined) {
      shape = this.sink.shape(names);
      this.shapes[index] = shape;
    }
    return this.fields(shape, names.length);
  }

  private fields(shape: S, count: number): T {
    const { sink } = this;
    this.enter(count);
    const map = sink.map(shape);
    for (let i = 0; i < count; i++) sink.field(map, shape, i, this.read());
    this.depthLeft++;
    return map;
  }

  private mixed(): Value {
    const size = this.in.unsigned();
    this.enter(size);
    const map = new Map<Value, Value>();
    const inner = this.inner((this.sink as unknown) === PLAIN_SINK ? PLAIN_SINK : GO_SINK);
    for (let i = 0; i < size; i++) map.set(inner.read(), inner.read());
    this.depthLeft++;
    return map;
  }
}

/** Reads values of one message one by one: as the middle form, or (`plain`) as TypeScript sees them. */
export function valueReader(from: ByteReader, plain: boolean): () => Value {
  const reader = new ValueReader(from, plain ? PLAIN_SINK : GO_SINK);
  return () => reader.read();
}

/** Tells a sink one value. @throws HostBug where it has more levels of containers, or more entries, than that */
export function readValue<T, S>(
  bytes: Uint8Array,
  sink: ValueSink<T, S>,
  maxDepth?: number,
  maxEntries?: number,
  handles: HandleIn | null = null,
): T {
  return new ValueReader(new ByteReader(bytes), sink, maxDepth, maxEntries, handles).read();
}

function readBigint(hex: string): bigint {
  return hex.startsWith('-') ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`);
}
