/** Problems of code that several entries have are told once: four entries with one broken binary have one problem. */
import type { RawEntry } from './documents.js';
import type { FieldProblem } from './facts.js';
import { type ProblemList, placeProblem } from './problems.js';

/** What the check of an entry's code found. */
export interface Found {
  readonly entry: RawEntry;
  readonly problems: readonly FieldProblem[];
}

/** What several entries share is one problem, of the first of them. */
export function pushFound(found: readonly Found[], list: ProblemList): void {
  const users = new Map<string, string[]>();
  for (const { entry, problems } of found) {
    const first = problems[0]?.sameAs;
    if (first !== undefined) users.set(first, [...(users.get(first) ?? []), entry.id]);
  }
  for (const { entry, problems } of found) {
    for (const [index, { path, sameAs, message, ...facts }] of problems.entries()) {
      const also = index === 0 ? alsoUsedBy(users.get(entry.id) ?? []) : '';
      if (sameAs === undefined) list.push(placeProblem(entry.origin, path, { ...facts, message: message + also }));
    }
  }
}

/** IDs that one message lists. */
const MAX_LISTED = 8;

function alsoUsedBy(ids: readonly string[]): string {
  if (ids.length === 0) return '';
  const more = ids.length > MAX_LISTED ? ` and ${ids.length - MAX_LISTED} more` : '';
  return ` (also used by ${ids.slice(0, MAX_LISTED).join(', ')}${more})`;
}
