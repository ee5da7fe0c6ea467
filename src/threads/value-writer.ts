/**
 * Values as bytes, to cross threads: the middle form and plain TypeScript values alike. Maps with the same keys in the same
 * order name their keys once a message. What only exists on its own thread (a resource handle) is refused; what no function
 * takes (a JavaScript function, a symbol) crosses as a stand-in that is described in the same words.
 */
import { HostError } from '../errors.js';
import { ByteString, Empty, Float64 } from '../values.js';
import type { ByteWriter } from './byte-writer.js';
import { MAX_SHAPES, TAG } from './value-tags.js';

/** Deeper than any value that a function takes; what lies below crosses as a stand-in. */
const MAX_DEPTH = 200;

/** Shapes by their keys, found along the keys' path. */
interface ShapeNode {
  index: number;
  readonly next: Map<string, ShapeNode>;
}

/** Writes values of one message. */
export class ValueWriter {
  private readonly out: ByteWriter;
  private root: ShapeNode = newNode();
  private shapes = 0;
  /** The keys of the map that was written last: the next one often has the same. */
  private last: { keys: readonly string[]; index: number } = { keys: [], index: -1 };

  constructor(out: ByteWriter) {
    this.out = out;
  }

  /** Forgets the shapes of the message before. */
  reset(): void {
    if (this.shapes === 0) return;
    this.root = newNode();
    this.shapes = 0;
    this.last = { keys: [], index: -1 };
  }

  /** @throws HostError Invalid, for a resource handle */
  write(value: unknown): void {
    this.value(value, 0);
  }

  private value(value: unknown, depth: number): void {
    const { out } = this;
    switch (typeof value) {
      case 'number':
        this.number(value);
        return;
      case 'string':
        this.text(value);
        return;
      case 'boolean':
        out.byte(value ? TAG.true : TAG.false);
        return;
      case 'undefined':
        out.byte(TAG.undefined);
        return;
      case 'bigint':
        out.byte(TAG.bigint);
        out.utf8(value.toString(16));
        return;
      case 'object':
        if (value === null) out.byte(TAG.null);
        else this.object(value, depth);
        return;
      default:
        out.byte(typeof value === 'symbol' ? TAG.symbol : TAG.function);
    }
  }

  private number(value: number): void {
    const { out } = this;
    if ((value | 0) === value && !Object.is(value, -0)) {
      out.byte(value < 0 ? TAG.negative : TAG.natural);
      out.unsigned(value < 0 ? -(value + 1) : value);
    } else {
      out.byte(TAG.number);
      out.float64(value);
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
      out.byte(TAG.byteString);
      out.bytes(value.bytes);
    } else if (Array.isArray(value)) {
      this.array(value, depth);
    } else if (value instanceof Uint8Array) {
      out.byte(TAG.bytes);
      out.bytes(value);
    } else if (value instanceof Float64) {
      out.byte(TAG.float64);
      out.float64(value.value);
    } else if (value instanceof Empty) {
      out.byte(TAG.empty);
    } else if (value instanceof HostError) {
      out.byte(TAG.error);
      this.value(value.toData(), depth + 1);
    } else if (depth >= MAX_DEPTH) {
      out.byte(TAG.function);
    } else if (value instanceof Map) {
      this.mixed(value, depth);
    } else {
      refuseHandle(value);
      this.map(value as Record<string, unknown>, depth);
    }
  }

  private array(value: readonly unknown[], depth: number): void {
    if (depth >= MAX_DEPTH) {
      this.out.byte(TAG.function);
      return;
    }
    this.out.byte(TAG.array);
    this.out.unsigned(value.length);
    for (let i = 0; i < value.length; i++) this.value(value[i], depth + 1);
  }

  private mixed(value: ReadonlyMap<unknown, unknown>, depth: number): void {
    this.out.byte(TAG.mixed);
    this.out.unsigned(value.size);
    for (const [key, element] of value) {
      this.value(key, depth + 1);
      this.value(element, depth + 1);
    }
  }

  private map(value: Record<string, unknown>, depth: number): void {
    const keys = keysOf(value);
    const { last, out } = this;
    if (last.index >= 0 && sameKeys(last.keys, keys)) {
      out.byte(TAG.map);
      out.unsigned(last.index);
    } else {
      this.shape(keys);
    }
    for (let i = 0; i < keys.length; i++) this.value(value[keys[i] as string], depth + 1);
  }

  private shape(keys: readonly string[]): void {
    const { out } = this;
    let node = this.root;
    for (const key of keys) {
      let next = node.next.get(key);
      if (next === undefined) {
        next = newNode();
        node.next.set(key, next);
      }
      node = next;
    }
    if (node.index >= 0) {
      out.byte(TAG.map);
      out.unsigned(node.index);
    } else {
      out.byte(TAG.newShape);
      out.unsigned(keys.length);
      for (const key of keys) this.text(key);
      // Where every map has keys of its own, remembering them would cost more than it saves.
      node.index = this.shapes < MAX_SHAPES ? this.shapes++ : -1;
    }
    this.last = { keys, index: node.index };
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
function keysOf(value: object): string[] {
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
