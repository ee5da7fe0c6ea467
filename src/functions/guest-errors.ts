/** What goes wrong in a guest's call, told to the caller: the one place where its prose is made. */
import { ArgumentMismatch, type MismatchFacts, Trap } from '../abi/errors.js';
import { HostError } from '../errors.js';
import { formatPath } from '../values.js';

/** What messages need to know of the function that was called. */
export interface GuestFunction {
  readonly id: string;
  /** `transform-users: func(users: list<user>) -> list<user-view>` */
  readonly signature: string;
}

/**
 * Traps become Internal with the wasm stack in their details, misfit arguments Invalid with their path. Anything else is as
 * it was thrown.
 */
export function explainGuestError(error: unknown, fn: GuestFunction): unknown {
  if (error instanceof ArgumentMismatch) return mismatchError(error, fn);
  if (error instanceof Trap) return trapError(error, fn);
  return error;
}

function mismatchError({ facts }: ArgumentMismatch, fn: GuestFunction): HostError {
  const path = formatPath(facts.path);
  const inArgument = facts.argument >= 0;
  const place = [
    fn.id,
    ...(inArgument ? [`argument ${facts.argument + 1} (${facts.argumentName})`] : []),
    ...(path === '' ? [] : [path]),
  ].join(': ');
  const suggestion = suggestionOf(facts);
  const lines = [`${place}: expected ${facts.expected}, got ${facts.got}`, `  ${fn.signature}`];
  if (suggestion !== null) lines.push(`  ${suggestion.text}`);
  return new HostError('Invalid', lines.join('\n'), {
    details: {
      function: fn.id,
      ...(inArgument ? { argument: facts.argument + 1, name: facts.argumentName } : {}),
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

function trapError(trap: Trap, fn: GuestFunction): HostError {
  const stack = trap.frames.map(
    (frame) => `at ${frame.function}${frame.offset === null ? '' : ` (0x${frame.offset.toString(16)})`}`,
  );
  return new HostError('Internal', trap.message, {
    details: {
      function: fn.id,
      trap: trap.code,
      stack: stack.join('\n'),
      ...(trap.componentPath === '' ? {} : { instance: trap.componentPath }),
    },
    cause: trap,
  });
}
