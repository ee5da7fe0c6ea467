/** Guests that are programs: their one function runs from start to end, once in an instance. */

/** The export that runs one: of a component, or of a core module. */
const PROGRAM = /^wasi:cli\/run(?:@[^#]*)?#run$|^_start$/;

/** @param path of an export */
export function isProgram(path: string): boolean {
  return PROGRAM.test(path);
}
