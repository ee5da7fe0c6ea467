/** What cannot be side by side: two services at one address, routers of one prefix, mounts of one path, routes without order. */
import type { Draft } from '../drafts.js';
import { type ProblemList, placeProblem, placeText } from '../problems.js';
import { formatListenAddress, type ListenAddress } from './address.js';
import { comparePatterns, parsePattern, type RoutePattern } from './pattern.js';

/** Of one service: each is compared with each that begins alike. */
const MAX_ROUTES = 5000;
/** Enough to see what is wrong. */
const MAX_CONFLICTS = 100;

interface Route {
  readonly draft: Draft;
  readonly method: string;
  readonly pattern: RoutePattern;
}

/** @param drafts of `http.*` kinds, linked */
export function checkClashes(drafts: readonly Draft[], problems: ProblemList): void {
  const valid = drafts.filter(({ fields }) => fields.valid);
  const of = (kind: string): Draft[] => valid.filter(({ raw }) => raw.kind === kind);
  const routers = of('http.router');
  const statics = of('http.static');
  const addressOf = ({ fields }: Draft): string | null => {
    const address = fields.values.addr as ListenAddress;
    return address.port === 0 ? null : formatListenAddress(address);
  };
  checkUnique(of('http.service'), 'addr', addressOf, 'address already used', problems);
  const keyed = (field: string) => (draft: Draft) =>
    JSON.stringify([draft.fields.values.server, draft.fields.values[field]]);
  checkUnique(routers, 'prefix', keyed('prefix'), 'router prefix already exists', problems);
  checkUnique(statics, 'path', keyed('path'), 'mount path already exists', problems);
  for (const routes of routesByServer(of('http.endpoint'), routers, statics)) {
    for (const route of routes) checkNames(route, problems);
    checkRoutes(routes, problems);
  }
}

function checkUnique(
  drafts: readonly Draft[],
  field: string,
  keyOf: (draft: Draft) => string | null,
  message: string,
  problems: ProblemList,
): void {
  const seen = new Map<string, Draft>();
  for (const draft of drafts) {
    const key = keyOf(draft);
    const first = key === null ? undefined : seen.get(key);
    if (first === undefined) {
      if (key !== null) seen.set(key, draft);
      continue;
    }
    const got = `the same ${field} as ${first.raw.id} (${placeText(first.raw.origin)})`;
    const at = draft.raw.node.fields.has(field) ? [field] : [];
    problems.push(placeProblem(draft.raw.origin, at, { code: 'duplicate-value', message, got }));
  }
}

function routesByServer(
  endpoints: readonly Draft[],
  routers: readonly Draft[],
  statics: readonly Draft[],
): Iterable<readonly Route[]> {
  const byServer = new Map<unknown, Route[]>();
  const add = (server: unknown, route: Route): void => {
    const routes = byServer.get(server);
    if (routes === undefined) byServer.set(server, [route]);
    else routes.push(route);
  };
  const byId = new Map(routers.map((draft) => [draft.raw.id, draft.fields.values]));
  for (const draft of endpoints) {
    const { router, server, path, method } = draft.fields.values;
    const owner = router === null ? { server, prefix: '' } : byId.get(router as string);
    // A router with problems has no place of which anything could be said.
    if (owner === undefined) continue;
    const pattern = parsePattern(owner.prefix as string, path as string);
    add(owner.server, { draft, method: method as string, pattern });
  }
  for (const draft of statics) {
    const { server, path } = draft.fields.values;
    add(server, { draft, method: 'GET', pattern: parsePattern(path as string, '/') });
  }
  return byServer.values();
}

/** A path and the prefix before it may name their parameters alike: a handler would see one of them. */
function checkNames({ draft, pattern }: Route, problems: ProblemList): void {
  const names = pattern.segments.flatMap((each) => (each.type === 'literal' || each.name === null ? [] : [each.name]));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice === undefined) return;
  const message = `path has two parameters named ${twice}: the router's prefix has one, too`;
  const facts = { code: 'invalid-value', message, expected: 'another name', got: pattern.text };
  problems.push(placeProblem(draft.raw.origin, ['path'], facts));
}

function checkRoutes(routes: readonly Route[], problems: ProblemList): void {
  if (routes.length > MAX_ROUTES) {
    const message = `more than ${MAX_ROUTES} endpoints of one service`;
    problems.push(placeProblem(routes[MAX_ROUTES]!.draft.raw.origin, [], { code: 'too-large', message }));
    return;
  }
  let conflicts = 0;
  for (const [index, route] of routes.entries()) {
    for (let before = 0; before < index && conflicts < MAX_CONFLICTS; before++) {
      const other = routes[before]!;
      if (other.method !== route.method || (isStatic(other) && isStatic(route))) continue;
      const relation = comparePatterns(other.pattern, route.pattern);
      if (relation !== 'equal' && relation !== 'overlapping') continue;
      conflicts++;
      problems.push(placeProblem(route.draft.raw.origin, ['path'], conflict(other, route)));
    }
  }
}

/** Of two mounts it is their paths that clash. */
function isStatic({ draft }: Route): boolean {
  return draft.raw.kind === 'http.static';
}

function conflict(first: Route, second: Route): { code: string; message: string; expected: string } {
  const describe = ({ method, pattern, draft }: Route): string =>
    `${method} ${pattern.text} of ${draft.raw.id} (${placeText(draft.raw.origin)})`;
  return {
    code: 'route-conflict',
    message: `route pattern conflicts detected: ${describe(second)} and ${describe(first)} match the same paths`,
    expected: 'of two patterns that match one path, one that is more specific',
  };
}
