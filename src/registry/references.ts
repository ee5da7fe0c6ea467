/** References to entries: that they lead somewhere, to an entry of the right kind, and that libraries do not lead in circles. */
import type { RawEntry } from './documents.js';
import { PLANNED_KINDS } from './kinds/table.js';
import { type ProblemList, placeProblem } from './problems.js';
import type { FoundReference } from './read-context.js';

/**
 * Reports references of `entry` that do not resolve.
 * @param isRead false for entries of which nothing is known but their ID: nothing can be said of who refers to them
 */
export function checkReferences(
  entry: RawEntry,
  references: readonly FoundReference[],
  byId: ReadonlyMap<string, RawEntry>,
  isRead: (target: RawEntry) => boolean,
  hostFunctions: ReadonlySet<string>,
  problems: ProblemList,
): void {
  for (const { path, id, kinds, missing } of references) {
    const target = byId.get(id);
    if (target !== undefined && (kinds.includes(target.kind) || !isRead(target))) continue;
    if (target === undefined && kinds.includes('function.lua') && hostFunctions.has(id)) continue;
    const expected = `an entry of kind ${kinds.filter((kind) => !PLANNED_KINDS.includes(kind)).join(' or ')}`;
    const candidates = (): string[] => [...byId.values()].filter((e) => kinds.includes(e.kind)).map((e) => e.id);
    const facts =
      target === undefined
        ? { code: 'unresolved-reference', message: `${missing}: ${id}`, expected, ...problems.suggest(id, candidates) }
        : { code: 'wrong-reference-kind', message: `${id} is of another kind`, expected, got: target.kind };
    problems.push(placeProblem(entry.origin, path, facts));
  }
}

/** Reports each circle of library imports once, at the import that closes it. */
export function checkLibraryCircles(
  imports: ReadonlyMap<string, { readonly entry: RawEntry; readonly references: readonly FoundReference[] }>,
  problems: ProblemList,
): void {
  const done = new Set<string>();
  for (const start of imports.keys()) {
    const way: { id: string; next: number }[] = done.has(start) ? [] : [{ id: start, next: 0 }];
    const onWay = new Set(way.map((step) => step.id));
    while (way.length > 0) {
      const step = way[way.length - 1]!;
      const library = imports.get(step.id)!;
      const reference = library.references[step.next++];
      if (reference === undefined) {
        done.add(step.id);
        onWay.delete(step.id);
        way.pop();
      } else if (onWay.has(reference.id)) {
        const circle = [...way.slice(way.findIndex((s) => s.id === reference.id)).map((s) => s.id), reference.id];
        const message = `libraries import each other in a circle: ${circle.slice(0, 12).join(' → ')}`;
        problems.push(placeProblem(library.entry.origin, reference.path, { code: 'import-circle', message }));
      } else if (imports.has(reference.id) && !done.has(reference.id)) {
        way.push({ id: reference.id, next: 0 });
        onWay.add(reference.id);
      }
    }
  }
}
