/** Hand-made component binaries: the few productions that specs need, as lists of bytes. */

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(value >>> 7)];
}

/** `core:name`. */
export function name(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...leb(bytes.length), ...bytes];
}

/** `vec` of items that are bytes already. */
export function vec(...items: readonly (readonly number[])[]): number[] {
  return [...leb(items.length), ...items.flat()];
}

/** A section with its size. */
export function section(id: number, body: Iterable<number>): number[] {
  const bytes = [...body];
  return [id, ...leb(bytes.length), ...bytes];
}

/** A component of these sections. */
export function component(...sections: readonly (readonly number[])[]): Uint8Array {
  return Uint8Array.from([0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00, ...sections.flat()]);
}
