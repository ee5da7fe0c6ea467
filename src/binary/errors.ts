/** What reading throws where bytes are no module or component. */

/** A binary that breaks a rule of its grammar. */
export class BinaryError extends Error {
  /** What is wrong, without the place. */
  readonly reason: string;
  /** Byte position in the file. */
  readonly offset: number;
  /** Index of each nested component on the way to the fault; empty at the outermost component. */
  readonly path: readonly number[];

  constructor(message: string, offset: number, path: readonly number[], what = 'component') {
    super(`malformed ${what}: ${message} (at offset 0x${offset.toString(16)}${pathText(path)})`);
    this.name = 'BinaryError';
    this.reason = message;
    this.offset = offset;
    this.path = path;
  }
}

/** The part of an error text that says in which nested component it happened; empty for the outermost. */
export function pathText(path: readonly number[]): string {
  return path.length === 0 ? '' : `, in ${path.map((index) => `component ${index}`).join(' / ')}`;
}
