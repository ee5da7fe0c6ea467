/** Values as TypeScript sees them, of their parts. */
import { GO_SINK, type ValueSink } from '../value-sink.js';
import type { Value, ValueMap } from '../values.js';

/** As the middle form, but for maps, which are objects like any other, and bytes, which are their owner's alone. */
export const PLAIN_SINK: ValueSink<Value, readonly string[]> = {
  ...GO_SINK,
  value(value) {
    // Who gets it may keep, transfer or resize it.
    const isPart = value instanceof Uint8Array && value.length !== value.buffer.byteLength;
    return isPart ? value.slice() : value;
  },
  map: () => ({}),
  field(into, names, index, value) {
    const name = names[index] as string;
    if (name !== '__proto__') (into as ValueMap)[name] = value;
    else Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
  },
};
