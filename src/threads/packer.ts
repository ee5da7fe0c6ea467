/** Packs what is told part by part: one value at a time, with the same memory again and again. */
import { ByteWriter } from './byte-writer.js';
import { PackedValue } from './packed-value.js';
import { ValueWriter } from './value-writer.js';

export interface Packer {
  /** Begins a value, and forgets what was told of the one before. */
  begin(): ValueWriter;
  packed(): PackedValue;
}

export function createPacker(): Packer {
  const out = new ByteWriter();
  const values = new ValueWriter(out);
  return {
    begin() {
      out.reset();
      values.reset();
      return values;
    },
    packed: () => new PackedValue(new Uint8Array(out.written()), false),
  };
}
