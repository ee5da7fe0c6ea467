/** What goes wrong in a guest's call, told to the caller: the one place where its prose is made. */
import { HostError } from '../errors.js';
import { formatPath } from '../values.js';
import { ArgumentMismatch, type MismatchFacts, Trap } from './errors.js';

/** What messages need to know of the function that was called. */
interface CalledFunction {
  /** `basket.add` */
  readonly id: string;
  /** `add: func(item: item) -> u32` */
  readonly signature: string;
}

/**
 * Traps become Internal with the wasm stack in their details, misfit arguments Invalid with their path. Anything else is as
 * it was thrown.
 */
export function explainGuestError(error: unknown, fn: CalledFunction): unknown {
  if (error instanceof ArgumentMismatch) return mismatchError(error.facts, fn);
  if (error instanceof Trap) return trapError(error, fn);
  return error;
}

/** The misfit as Invalid, with its place, the signature, and the nearest name where one is misspelt. */
export function mismatchError(facts: MismatchFacts, { id, signature }: CalledFunction): HostError {
  const path = formatPath(facts.path);
  const argument = facts.argument < 0 ? null : facts.argument + 1;
  const place = [id, ...(argument === null ? [] : [`argument ${argument} (${facts.argumentName})`])];
  if (path !== '') place.push(path);
  const suggestion = suggestionOf(facts);
  const lines = [`${place.join(': ')}: expected ${facts.expected}, got ${facts.got}`, `  ${signature}`];
  if (suggestion !== null) lines.push(`  ${suggestion.text}`);
  return new HostError('Invalid', lines.join('\n'), {
    details: {
      function: id,
      ...(argument === null ? {} : { argument, name: facts.argumentName }),
      path,
      expected: facts.expected,
      got: facts.got,
      ...(suggestion === null ? {} : { suggestion: suggestion.name }),
    },
  });
}

/** A missing field is found under a name much like its own; anything else is itself much like what would be right. */
function suggestionOf({ suggestion, got, path }: MismatchFacts): { name: string; text: string } | null {
  if (suggestion === null) return null;
  const field = path.at(-1);
  if (got !== 'nil' || typeof field !== 'string') return { name: suggestion, text: `did you mean ${suggestion}?` };
  return { name: field, text: `there is ${JSON.stringify(suggestion)}: did you mean ${field}?` };
}

function trapError(trap: Trap, fn: CalledFunction): HostError {
  const stack = trap.frames.map(
    (frame) => `at ${frame.function}${frame.offset === null ? '' : ` (0x${frame.offset.toString(16)})`}`,
  );
  return new HostError('Internal', trap.message, {
    details: {
      function: fn.id,
      trap: trap.code,
      export: trap.witFunction,
      stack: stack.join('\n'),
      ...(trap.componentPath === '' ? {} : { instance: trap.componentPath }),
    },
    cause: trap,
  });
}
