/** What only all entries of the environment together show: names used twice, routers in a circle. */
import type { Draft } from './drafts.js';
import { type ProblemList, placeProblem, placeText } from './problems.js';

export function checkVariables(drafts: readonly Draft[], problems: ProblemList): void {
  checkNames(drafts, problems);
  checkKeys(drafts, problems);
  checkRouters(drafts, problems);
}

function checkNames(drafts: readonly Draft[], problems: ProblemList): void {
  const byName = new Map<string, Draft>();
  for (const draft of drafts) {
    const name = draft.raw.kind === 'env.variable' ? draft.fields.values.variable : null;
    if (typeof name !== 'string') continue;
    const first = byName.get(name);
    if (first === undefined) byName.set(name, draft);
    else {
      const message = `variable ${name} is taken: ${first.raw.id} (${placeText(first.raw.origin)}) has that name`;
      problems.push(placeProblem(draft.raw.origin, ['variable'], { code: 'duplicate-value', message }));
    }
  }
}

/** The ID of a variable without a name is its key, and a file has no way to write one with a colon. */
function checkKeys(drafts: readonly Draft[], problems: ProblemList): void {
  const files = new Set(drafts.flatMap(({ raw }) => (raw.kind === 'env.storage.file' ? [raw.id] : [])));
  for (const { raw, fields } of drafts) {
    const { storage, variable } = fields.values;
    if (raw.kind !== 'env.variable' || variable !== null || !files.has(storage as string)) continue;
    problems.push(
      placeProblem(raw.origin, [], {
        code: 'required',
        message: `variable is required in an env.storage.file, which cannot hold the key ${raw.id}`,
      }),
    );
  }
}

function checkRouters(drafts: readonly Draft[], problems: ProblemList): void {
  const routers = new Map<string, { readonly draft: Draft; readonly next: readonly string[] }>();
  for (const draft of drafts) {
    const next = draft.fields.values.storages;
    if (draft.raw.kind === 'env.storage.router' && Array.isArray(next))
      routers.set(draft.raw.id, { draft, next: next as string[] });
  }
  const done = new Set<string>();
  for (const start of routers.keys()) {
    const way = done.has(start) ? [] : [{ id: start, at: 0 }];
    while (way.length > 0) {
      const step = way[way.length - 1]!;
      const { draft, next } = routers.get(step.id)!;
      const index = step.at++;
      const id = next[index];
      const from = way.findIndex((each) => each.id === id);
      if (id === undefined) {
        done.add(step.id);
        way.pop();
      } else if (from !== -1) {
        const circle = [...way.slice(from).map((each) => each.id), id].slice(0, 12).join(' → ');
        const message = `storages read each other in a circle: ${circle}`;
        problems.push(placeProblem(draft.raw.origin, ['storages', index], { code: 'storage-circle', message }));
      } else if (routers.has(id) && !done.has(id)) way.push({ id, at: 0 });
    }
  }
}
