/** Component text to binary, for specs; nothing is validated on the way. */
import { parse } from '@bytecodealliance/jco';
import { decodeComponent } from '../../src/component/decode/component.js';
import { validateComponent } from '../../src/component/validate/component.js';

/** The binary of a component in the text format. */
export async function componentFromText(text: string): Promise<Uint8Array> {
  return parse(text);
}

/** The error that validation of a component in the text format throws, or null. */
export async function validationError(text: string): Promise<Error | null> {
  const component = decodeComponent(await componentFromText(text));
  try {
    validateComponent(component);
  } catch (thrown) {
    return thrown as Error;
  }
  return null;
}
