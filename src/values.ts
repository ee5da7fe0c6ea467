/**
 * The Go-style value: what walks between rooms. It is what Go code would see (nil, bool, int64, float64, string,
 * []byte, []any, map[string]any) and knows nothing of WIT or Lua. What a JavaScript value cannot tell is tagged.
 */

/** Levels of values in values: what passes between Lua, guests, TypeScript and texts is no deeper. */
export const MAX_DEPTH = 128;

/** A float64 whose value is integral, so that 7.0 stays apart from 7. Other floats are plain numbers. */
export class Float64 {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A string that is still bytes (UTF-8 by convention, not checked): what Lua strings are. Never mutated. */
export class ByteString {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** The empty Lua table: a list or a map, as the target asks. */
export class Empty {
  private readonly tag = 'empty';
  toString(): string {
    return this.tag;
  }
}
export const EMPTY = new Empty();

/**
 * map[string]any. Any plain object serves; maps with keys from outside are made by {@link newMap}, so that
 * `__proto__` is a key like any other.
 */
export interface ValueMap {
  [key: string]: Value;
}

/**
 * Something that crosses rooms as it is, by identity: a resource handle, an error object.
 * `opaqueKind` names it in messages ("resource counter", "error").
 */
export interface Opaque {
  readonly opaqueKind: string;
}

/** A live handle to a guest's resource. Pins its instance until dropped. */
export interface ResourceHandle extends Opaque {
  /** The resource's functions by WIT name (`increment`); arguments without the handle itself. */
  readonly methods: ReadonlyMap<string, (args: Value[]) => Value>;
  /** What messages show of a method's types: without the handle itself. */
  shapeOf?(method: string): { readonly signature: string; readonly parameters: readonly string[] };
  /** Gives the handle back; the second time does nothing. */
  drop(): void;
}

/** A table whose keys are not 1..n and not all strings. Crosses between Lua functions; WIT has no type for it. */
type MixedMap = Map<Value, Value>;

/**
 * The middle form.
 * - nil: `null` (and `undefined`)
 * - int64: an integral `number` other than -0 in ±2^53; `bigint` beyond (u64 included)
 * - float64: a `number` that is not integral, or -0; {@link Float64} when integral
 * - string: `string`, or {@link ByteString}
 * - []byte: `Uint8Array`
 * - []any: array (a hole is `null`)
 * - map[string]any: {@link ValueMap}
 */
export type Value =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | Float64
  | string
  | ByteString
  | Uint8Array
  | Value[]
  | ValueMap
  | MixedMap
  | Empty
  | Opaque;

function NullProtoMap(this: ValueMap): void {}
NullProtoMap.prototype = Object.create(null);

/** A fresh map without inherited keys that still gets V8's fast properties (a null-prototype literal does not). */
export function newMap(): ValueMap {
  return new (NullProtoMap as unknown as new () => ValueMap)();
}

/** A step into a value: an index counted from 1 (as Lua counts), or a field name. */
export type PathStep = number | string;

/** Of longer paths the middle, of longer names the end is left out: messages stay short whatever they are about. */
const MAX_STEPS = 24;
const FIRST_STEPS = 16;
const LAST_STEPS = 4;
const MAX_NAME = 80;

/** `[2].tags`, `["a b"]`: how a place inside a value is printed. */
export function formatPath(path: readonly PathStep[]): string {
  if (path.length <= MAX_STEPS) return joinSteps(path);
  return `${joinSteps(path.slice(0, FIRST_STEPS))}…${joinSteps(path.slice(-LAST_STEPS))}`;
}

function joinSteps(path: readonly PathStep[]): string {
  let text = '';
  for (const whole of path) {
    const step = typeof whole === 'string' && whole.length > MAX_NAME ? `${whole.slice(0, MAX_NAME)}…` : whole;
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
}
