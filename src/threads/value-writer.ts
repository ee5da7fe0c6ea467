/**
 * Values as bytes, to cross threads: the middle form and plain TypeScript values alike. Maps with the same keys in the same
 * order name their keys once a message. What only exists on its own thread (a resource handle) is refused, but where the other
 * side may know it by its number; what no function takes (a JavaScript function, a symbol) crosses as a stand-in that is described in the same words.
 */
import { HostError } from '../errors.js';
import type { ValueSink } from '../value-sink.js';
import { ByteString, Empty, Float64 } from '../values.js';
import type { ByteWriter } from './byte-writer.js';
import type { HandleOut } from './handle-marks.js';
import { MAX_SHAPES, SHORT_STRING, SMALL_NATURAL, TAG } from './value-tags.js';

/** Deeper than any value that a function takes; what lies below crosses as a stand-in. */
const MAX_DEPTH = 200;

/** Shapes by their keys, found along the keys' path. */
interface ShapeNode {
  index: number;
  readonly next: Map<string, ShapeNode>;
}

interface Shape {
  readonly names: readonly string[];
  readonly node: ShapeNode;
}

/** Writes values of one message, whole or as their parts. */
export class ValueWriter implements ValueSink<void, Shape> {
  /** Finds the handles that may cross; null: none may. */
  handles: HandleOut | null = null;
  private readonly out: ByteWriter;
  private root: ShapeNode = newNode();
  private shapes = 0;
  /** The shape of the map that was written last: the next one often has the same. */
  private last: Shape = { names: [], node: this.root };

  constructor(out: ByteWriter) {
    this.out = out;
  }

  /** Forgets the shapes of the message before. */
  reset(): void {
    if (this.shapes === 0) return;
    this.root = newNode();
    this.shapes = 0;
    this.last = { names: [], node: this.root };
  }

  /** @throws HostError Invalid, for a resource handle */
  value(value: unknown): void {
    this.write(value, 0);
  }

  nil(): void {
    this.out.byte(TAG.null);
  }

  boolean(value: boolean): void {
    this.out.byte(value ? TAG.true : TAG.false);
  }

  integer(value: number): void {
    const { out } = this;
    if (value < 0) {
      out.byte(TAG.negative);
      out.unsigned(-(value + 1));
    } else if (value < 256 - SMALL_NATURAL) {
      out.byte(SMALL_NATURAL + value);
    } else {
      out.byte(TAG.natural);
      out.unsigned(value);
    }
  }

  number(value: number): void {
    this.out.byte(TAG.number);
    this.out.float64(value);
  }

  float64(value: number): void {
    this.out.byte(TAG.float64);
    this.out.float64(value);
  }

  byteString(bytes: Uint8Array): void {
    const { out } = this;
    if (bytes.length < SMALL_NATURAL - SHORT_STRING) {
      out.short(SHORT_STRING + bytes.length, bytes);
    } else {
      out.byte(TAG.byteString);
      out.bytes(bytes);
    }
  }

  empty(): void {
    this.out.byte(TAG.empty);
  }

  array(length: number): void {
    this.out.byte(TAG.array);
    this.out.unsigned(length);
  }

  /** What has been written already. */
  element(): void {}

  shape(names: readonly string[]): Shape {
    const { last } = this;
    if (last.node.index >= 0 && (last.names === names || sameKeys(last.names, names))) return last;
    let node = this.root;
    for (const name of names) {
      let next = node.next.get(name);
      if (next === undefined) {
        next = newNode();
        node.next.set(name, next);
      }
      node = next;
    }
    this.last = { names, node };
    return this.last;
  }

  map({ names, node }: Shape): void {
    const { out } = this;
    if (node.index >= 0) {
      out.byte(TAG.map);
      out.unsigned(node.index);
    } else {
      out.byte(TAG.newShape);
      out.unsigned(names.length);
      for (const name of names) this.text(name);
      // Where every map has keys of its own, remembering them would cost more than it saves.
      if (this.shapes < MAX_SHAPES) node.index = this.shapes++;
    }
  }

  field(): void {}

  private write(value: unknown, depth: number): void {
    const { out } = this;
    switch (typeof value) {
      case 'number':
        if ((value | 0) === value && !Object.is(value, -0)) this.integer(value);
        else this.number(value);
        return;
      case 'string':
        this.text(value);
        return;
      case 'boolean':
        this.boolean(value);
        return;
      case 'undefined':
        out.byte(TAG.undefined);
        return;
      case 'bigint':
        out.byte(TAG.bigint);
        out.utf8(value.toString(16));
        return;
      case 'object':
        if (value === null) this.nil();
        else this.object(value, depth);
        return;
      default:
        out.byte(typeof value === 'symbol' ? TAG.symbol : TAG.function);
    }
  }

  private text(value: string): void {
    const { out } = this;
    if (value.isWellFormed()) {
      out.byte(TAG.text);
      out.utf8(value);
    } else {
      out.byte(TAG.brokenText);
      out.utf16(value);
    }
  }

  private object(value: object, depth: number): void {
    const { out } = this;
    if (value instanceof ByteString) {
      this.byteString(value.bytes);
    } else if (Array.isArray(value)) {
      this.elements(value, depth);
    } else if (value instanceof Uint8Array) {
      out.byte(TAG.bytes);
      out.bytes(value);
    } else if (value instanceof Float64) {
      this.float64(value.value);
    } else if (value instanceof Empty) {
      this.empty();
    } else if (value instanceof HostError) {
      out.byte(TAG.error);
      this.write(value.toData(), depth + 1);
    } else if (depth >= MAX_DEPTH) {
      out.byte(TAG.function);
    } else if (value instanceof Map) {
      this.mixed(value, depth);
    } else if (!this.handle(value)) {
      refuseHandle(value);
      this.fields(value as Record<string, unknown>, depth);
    }
  }

  private handle(value: object): boolean {
    const mark = this.handles?.(value) ?? null;
    if (mark === null) return false;
    const { out } = this;
    out.byte(TAG.handle);
    out.unsigned(mark.number);
    out.byte(mark.state);
    out.utf8(mark.name);
    return true;
  }

  private elements(value: readonly unknown[], depth: number): void {
    if (depth >= MAX_DEPTH) {
      this.out.byte(TAG.function);
      return;
    }
    this.array(value.length);
    for (let i = 0; i < value.length; i++) this.write(value[i], depth + 1);
  }

  private mixed(value: ReadonlyMap<unknown, unknown>, depth: number): void {
    this.out.byte(TAG.mixed);
    this.out.unsigned(value.size);
    for (const [key, element] of value) {
      this.write(key, depth + 1);
      this.write(element, depth + 1);
    }
  }

  private fields(value: Record<string, unknown>, depth: number): void {
    const names = namesOf(value);
    this.map(this.shape(names));
    for (let i = 0; i < names.length; i++) this.write(value[names[i] as string], depth + 1);
  }
}

function newNode(): ShapeNode {
  return { index: -1, next: new Map() };
}

function sameKeys(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** A plain object's own keys; of a class instance also what it inherits as an accessor, since lowering reads fields by name. */
function namesOf(value: object): string[] {
  const keys = Object.keys(value);
  if (isPlain(value)) return keys;
  const prototype: object = Object.getPrototypeOf(value);
  const all = new Set(keys);
  for (let at: object | null = prototype; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (get !== undefined) all.add(key);
  }
  return [...all];
}

/** An object without a class: its prototype is the end of the chain, as that of `newMap` is. */
function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refuseHandle(value: object): void {
  const { opaqueKind } = value as { opaqueKind?: unknown };
  if (typeof opaqueKind !== 'string' || isPlain(value)) return; // data may have a key of that name
  throw new HostError(
    'Invalid',
    `a ${opaqueKind} stays on the thread that received it: pass it to functions of its own guest, and data to others`,
    { retryable: false, details: { got: opaqueKind } },
  );
}
