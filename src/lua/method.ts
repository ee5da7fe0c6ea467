/** Whether a source gives its entry's `method`: as far as its text says, and when it has run. */

import { HostError } from '../errors.js';
import { nearestName } from '../nearest.js';
import type { Proto } from './bytecode.js';
import { type Returned, returnsOf } from './returned.js';

/** Names that a message lists. */
const MAX_LISTED = 8;

/**
 * Checks a compiled source without running it. What depends on a run is left to the first call.
 * @throws HostError NotFound, where no run can give the method: details `{id, method, known, line}`
 */
export function checkMethod(id: string, method: string, main: Proto): void {
  const returned = returnsOf(main);
  if (!returned.every((each) => isWrong(each, method))) return;
  const names = new Set<string>();
  for (const each of returned) if (each.kind === 'table') for (const name of each.names) names.add(name);
  const written = returned.find((each) => each.kind === 'table') ?? returned[0];
  throw missingMethod(id, method, [...names], written !== undefined && 'line' in written ? written.line : null);
}

function isWrong(returned: Returned, method: string): boolean {
  if (returned.kind === 'other') return true;
  return returned.kind === 'table' && !returned.names.has(method);
}

/**
 * @param known the functions that the source gives instead
 * @param line where it returns, as far as known
 */
export function missingMethod(id: string, method: string, known: readonly string[], line: number | null): HostError {
  const nearest = nearestName(method, known);
  const more = known.length > MAX_LISTED ? ', …' : '';
  const has = known.length === 0 ? '' : `; it has ${known.slice(0, MAX_LISTED).join(', ')}${more}`;
  const meant = nearest === null ? '' : `: did you mean ${nearest}?`;
  return new HostError(
    'NotFound',
    `method "${method}" not found in module: ${id} must return a function or a table that has it${has}${meant}`,
    {
      details: {
        id,
        method,
        ...(known.length === 0 ? {} : { known: known.slice(0, MAX_LISTED) }),
        ...(nearest === null ? {} : { suggestion: nearest }),
        ...(line === null ? {} : { line }),
      },
    },
  );
}
