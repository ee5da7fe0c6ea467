/** How HTTP entries hang together: which service a router belongs to, which router an endpoint; and what clashes. */
import type { RawEntry } from '../documents.js';
import type { Draft, LoadContext } from '../drafts.js';
import type { ProblemFacts } from '../facts.js';
import { type ProblemList, placeProblem } from '../problems.js';
import { checkClashes } from './clashes.js';
import { CHAIN, linkChain, POST_CHAIN } from './link-middleware.js';

type ById = ReadonlyMap<string, RawEntry>;

/**
 * Adds `server`, `router` and the chains of middleware to the fields of HTTP entries.
 * @param isRead false for entries of a kind that there is not: what belongs to one has no place of which anything could be said
 */
export function linkHttp(
  drafts: readonly Draft[],
  byId: ById,
  isRead: (entry: RawEntry) => boolean,
  cx: LoadContext,
): void {
  const http = drafts.filter(({ raw }) => raw.kind.startsWith('http.'));
  if (http.length === 0) return;
  const all = { byId, isRead, someUnread: [...byId.values()].some((entry) => !isRead(entry)) };
  const servers = { kind: 'http.service', ...all, ...owners('http.service', drafts, byId) };
  const routers = { kind: 'http.router', ...all, ...owners('http.router', drafts, byId) };
  const unlinked = new Set<Draft>();
  const link = (draft: Draft, field: 'server' | 'router', among: Owners): string | null => {
    const id = linkMeta(draft, field, among, cx.problems);
    if (id === undefined) unlinked.add(draft);
    return id ?? null;
  };
  for (const draft of http) {
    const { values } = draft.fields;
    if (draft.raw.kind === 'http.endpoint') {
      values.router = link(draft, 'router', routers);
      // Without a router it belongs to the default router of a service.
      values.server = values.router === null && !unlinked.has(draft) ? link(draft, 'server', servers) : null;
    } else if (draft.raw.kind === 'http.service') {
      checkBodies(draft, cx.problems);
    } else {
      values.server = link(draft, 'server', servers);
      values.chain = linkChain(draft, CHAIN, cx);
      if (draft.raw.kind === 'http.router') values.postChain = linkChain(draft, POST_CHAIN, cx);
    }
  }
  const linked = http.filter((draft) => !unlinked.has(draft));
  checkClashes(linked, cx.problems);
}

/** A body that may be sent must fit, at least alone. */
function checkBodies({ raw, fields }: Draft, problems: ProblemList): void {
  const { maxBodies, maxBody } = fields.values as { maxBodies: number | null; maxBody: number };
  if (!fields.valid || maxBodies === null || maxBodies >= maxBody) return;
  const expected = `at least max_body, which is ${maxBody} bytes`;
  const facts = { code: 'invalid-value', message: 'max_bodies is smaller than max_body', expected };
  problems.push(placeProblem(raw.origin, ['max_bodies'], { ...facts, got: `${maxBodies} bytes` }));
}

/** Entries that others may belong to. */
interface Owners {
  readonly kind: string;
  readonly byId: ById;
  readonly isRead: (entry: RawEntry) => boolean;
  /** One of them may be an owner whose kind is misspelt. */
  readonly someUnread: boolean;
  readonly ids: readonly string[];
  /** Those that say `meta.default: true`. */
  readonly defaults: readonly string[];
}

function owners(kind: string, drafts: readonly Draft[], byId: ById): Pick<Owners, 'ids' | 'defaults'> {
  const ids = [...byId.values()].filter((entry) => entry.kind === kind).map((entry) => entry.id);
  const defaults = drafts
    .filter(({ raw, meta }) => raw.kind === kind && meta.default === true)
    .map(({ raw }) => raw.id);
  return { ids, defaults };
}

/** The ID that `meta.server` or `meta.router` names; null is the default one, undefined where that cannot be known. */
function linkMeta(
  draft: Draft,
  field: 'server' | 'router',
  { kind, byId, isRead, someUnread, ids, defaults }: Owners,
  problems: ProblemList,
): string | null | undefined {
  const { raw, meta } = draft;
  const report = (facts: ProblemFacts): undefined => {
    problems.push(placeProblem(raw.origin, ['meta', field], facts));
  };
  const named = meta[field];
  if (named === undefined || named === null || named === '') {
    if (ids.length === 0 && someUnread) return undefined;
    if (ids.length <= 1) return ids[0] ?? null;
    if (defaults.length === 1) return defaults[0]!;
    const candidates = `${ids.slice(0, 8).join(', ')}${ids.length > 8 ? ', …' : ''}`;
    const expected = `meta.${field}: one of ${candidates}; or meta.default: true at one of them`;
    problems.push(
      placeProblem(raw.origin, [], { code: 'required', message: `${field} metadata is required`, expected }),
    );
    return undefined;
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
  if (!isRead(target)) return undefined;
  return report({ code: 'wrong-reference-kind', message: `${id} is of another kind`, expected, got: target.kind });
}
