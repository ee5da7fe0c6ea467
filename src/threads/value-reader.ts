/** Values that crossed threads as bytes (value-writer.ts), made again: as the middle form, or as TypeScript sees them. */
import { HostBug, HostError, type HostErrorData } from '../errors.js';
import { ByteString, EMPTY, Float64, newMap, type Value } from '../values.js';
import { ByteReader } from './byte-reader.js';
import { MAX_SHAPES, TAG } from './value-tags.js';

/** A stand-in: its description is what counts. */
const NO_FUNCTION = (): void => {};
const NO_SYMBOL = Symbol('stand-in');

/** Reads the values of one message, as the middle form or (`plain`) as TypeScript sees them. */
export class ValueReader {
  readonly in: ByteReader;
  private readonly plain: boolean;
  private readonly shapes: (readonly string[])[];

  /** @param shapes of the same message, for a reader of a part of it */
  constructor(message: ByteReader | Uint8Array, plain = false, shapes: (readonly string[])[] = []) {
    this.shapes = shapes;
    this.in = message instanceof ByteReader ? message : new ByteReader(message);
    this.plain = plain;
  }

  read(): Value {
    const tag = this.in.byte();
    switch (tag) {
      case TAG.null:
        return null;
      case TAG.undefined:
        return undefined;
      case TAG.false:
        return false;
      case TAG.true:
        return true;
      case TAG.natural:
        return this.in.unsigned();
      case TAG.negative:
        return -this.in.unsigned() - 1;
      case TAG.number:
        return this.in.float64();
      case TAG.float64:
        return new Float64(this.in.float64());
      case TAG.bigint:
        return readBigint(this.in.utf8());
      case TAG.text:
        return this.in.utf8();
      case TAG.brokenText:
        return this.in.utf16();
      case TAG.byteString:
        return new ByteString(this.in.bytes());
      case TAG.bytes:
        return this.bytes();
      case TAG.array:
        return this.array();
      case TAG.newShape:
        return this.newShape();
      case TAG.map:
        return this.map(this.shapes[this.in.unsigned()]!);
      case TAG.mixed:
        return this.mixed();
      case TAG.empty:
        return EMPTY;
      case TAG.error:
        return HostError.fromData(new ValueReader(this.in, true, this.shapes).read() as unknown as HostErrorData);
      case TAG.function:
        return NO_FUNCTION as unknown as Value;
      case TAG.symbol:
        return NO_SYMBOL as unknown as Value;
      default:
        throw new HostBug(`a message between threads has the tag ${tag}`);
    }
  }

  /** Plain callers may keep, transfer or resize what they get: it is theirs alone. */
  private bytes(): Uint8Array {
    const bytes = this.in.bytes();
    return this.plain && bytes.length !== bytes.buffer.byteLength ? bytes.slice() : bytes;
  }

  private array(): Value[] {
    const length = this.in.unsigned();
    const array: Value[] = [];
    for (let i = 0; i < length; i++) array.push(this.read());
    return array;
  }

  private newShape(): Value {
    const count = this.in.unsigned();
    const keys: string[] = [];
    for (let i = 0; i < count; i++) keys.push(this.read() as string);
    if (this.shapes.length < MAX_SHAPES) this.shapes.push(keys);
    return this.map(keys);
  }

  private map(keys: readonly string[]): Value {
    const map = this.plain ? {} : newMap();
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      const value = this.read();
      if (this.plain && key === '__proto__') defineProto(map, value);
      else map[key] = value;
    }
    return map;
  }

  private mixed(): Value {
    const size = this.in.unsigned();
    const map = new Map<Value, Value>();
    for (let i = 0; i < size; i++) map.set(this.read(), this.read());
    return map;
  }
}

function readBigint(hex: string): bigint {
  return hex.startsWith('-') ? -BigInt(`0x${hex.slice(1)}`) : BigInt(`0x${hex}`);
}

function defineProto(map: object, value: Value): void {
  Object.defineProperty(map, '__proto__', { value, enumerable: true, configurable: true, writable: true });
}
