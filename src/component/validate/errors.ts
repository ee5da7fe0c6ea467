/** What the validator throws: the binary is well formed, but breaks a rule of validation. */
import { pathText } from '../../binary/errors.js';

export class ValidationError extends Error {
  /** Byte position in the file of the definition that breaks the rule. */
  readonly offset: number;
  /** Index of each nested component on the way to the definition; empty at the outermost component. */
  readonly path: readonly number[];

  constructor(message: string, offset: number, path: readonly number[]) {
    super(`invalid component: ${message} (at offset 0x${offset.toString(16)}${pathText(path)})`);
    this.name = 'ValidationError';
    this.offset = offset;
    this.path = path;
  }
}
