/** How HTTP entries hang together: which service a router belongs to, which router an endpoint; and what clashes. */
import type { RawEntry } from '../documents.js';
import type { Draft, LoadContext } from '../drafts.js';
import { type ProblemList, placeProblem } from '../problems.js';
import type { ProblemFacts } from '../types.js';
import { checkClashes } from './clashes.js';
import { CHAIN, linkChain, POST_CHAIN } from './link-middleware.js';

type ById = ReadonlyMap<string, RawEntry>;

/** Adds `server`, `router` and the chains of middleware to the fields of HTTP entries. */
export function linkHttp(drafts: readonly Draft[], byId: ById, cx: LoadContext): void {
  const http = drafts.filter(({ raw }) => raw.kind.startsWith('http.'));
  if (http.length === 0) return;
  const servers = owners('http.service', drafts, byId);
  const routers = owners('http.router', drafts, byId);
  for (const draft of http) {
    const { values } = draft.fields;
    if (draft.raw.kind === 'http.endpoint') {
      values.router = linkMeta(draft, 'router', routers, byId, cx.problems);
      // Without a router it belongs to the default router of a service.
      values.server = values.router === null ? linkMeta(draft, 'server', servers, byId, cx.problems) : null;
    } else if (draft.raw.kind !== 'http.service') {
      values.server = linkMeta(draft, 'server', servers, byId, cx.problems);
      values.chain = linkChain(draft, CHAIN, cx);
      if (draft.raw.kind === 'http.router') values.postChain = linkChain(draft, POST_CHAIN, cx);
    }
  }
  checkClashes(http, cx.problems);
}

/** Entries that others may belong to. */
interface Owners {
  readonly kind: string;
  readonly ids: readonly string[];
  /** Those that say `meta.default: true`. */
  readonly defaults: readonly string[];
}

function owners(kind: string, drafts: readonly Draft[], byId: ById): Owners {
  const ids = [...byId.values()].filter((entry) => entry.kind === kind).map((entry) => entry.id);
  const defaults = drafts
    .filter(({ raw, meta }) => raw.kind === kind && meta.default === true)
    .map(({ raw }) => raw.id);
  return { kind, ids, defaults };
}

/** The ID that `meta.server` or `meta.router` names; null is the default one, also where a problem was reported. */
function linkMeta(
  draft: Draft,
  field: 'server' | 'router',
  { kind, ids, defaults }: Owners,
  byId: ById,
  problems: ProblemList,
): string | null {
  const { raw, meta } = draft;
  const report = (facts: ProblemFacts): null => {
    problems.push(placeProblem(raw.origin, ['meta', field], facts));
    return null;
  };
  const named = meta[field];
  if (named === undefined || named === null || named === '') {
    if (ids.length <= 1) return ids[0] ?? null;
    if (defaults.length === 1) return defaults[0]!;
    const candidates = `${ids.slice(0, 8).join(', ')}${ids.length > 8 ? ', …' : ''}`;
    const expected = `meta.${field}: one of ${candidates}; or meta.default: true at one of them`;
    problems.push(
      placeProblem(raw.origin, [], { code: 'required', message: `${field} metadata is required`, expected }),
    );
    return null;
  }
  if (typeof named !== 'string') {
    const expected = `the ID of an ${kind}`;
    return report({ code: 'wrong-type', message: `meta.${field} has the wrong type`, expected });
  }
  const id = named.includes(':') ? named : `${raw.namespace}:${named}`;
  const target = byId.get(id);
  const expected = `an entry of kind ${kind}`;
  if (target === undefined) {
    const suggestion = problems.suggest(id, () => ids);
    return report({ code: 'unresolved-reference', message: `${field} not found: ${id}`, expected, ...suggestion });
  }
  if (target.kind === kind || target.skipped) return id;
  return report({ code: 'wrong-reference-kind', message: `${id} is of another kind`, expected, got: target.kind });
}
