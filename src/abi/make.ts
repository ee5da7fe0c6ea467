/** The door to lift and lower: generated code, or the interpreter where code may not be generated. */
import type { FuncType } from '../wit/types.js';
import { generateLift, generateLower, type LiftedCall, type LowerFactory } from './codegen.js';
import type { GenOptions } from './gen-context.js';
import { referenceLift, referenceLower } from './reference.js';

/** False under a content security policy or V8's `--disallow-code-generation-from-strings`. */
const CAN_GENERATE = canGenerate();

function canGenerate(): boolean {
  try {
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}

/** The half of `canon lift` that types decide. */
export function makeLift(type: FuncType, options: GenOptions): LiftedCall {
  return CAN_GENERATE ? generateLift(type, options) : referenceLift(type, options);
}

/** The half of `canon lower` that types decide. */
export function makeLower(type: FuncType, options: GenOptions): LowerFactory {
  return CAN_GENERATE ? generateLower(type, options) : referenceLower(type, options);
}
