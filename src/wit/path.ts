/** How a function inside a component is called from outside: export paths, and the `method:` field that picks one. */
import { nearestName } from '../nearest.js';
import { splitId } from './names.js';
import type { WitFunction } from './types.js';

/**
 * A function's name in a component: `name`, `[constructor]counter`, `[method]counter.increment`, `[static]counter.merge`.
 * Rule: `plainname` (Explainer.md "Import and Export Definitions").
 */
export function functionName(fn: WitFunction): string {
  const { role } = fn;
  if (role.kind === 'freestanding') return fn.name;
  if (role.kind === 'constructor') return `[constructor]${role.resource.name}`;
  return `[${role.kind}]${role.resource.name}.${fn.name}`;
}

/** `iface#name`, or the name alone. @param interfaceId the exporting interface's full ID, or null for the world's own */
export function functionPath(interfaceId: string | null, fn: WitFunction): string {
  return interfaceId === null ? functionName(fn) : `${interfaceId}#${functionName(fn)}`;
}

interface ParsedMethod {
  /** As written: full ID, without version, or short; null where there is no `#`. */
  readonly interface: string | null;
  readonly name: string;
}

/** Takes `name`, `iface#name` or `ns:pkg/iface@1.2.3#name` apart at the last `#`. */
export function parseMethod(text: string): ParsedMethod {
  const hash = text.lastIndexOf('#');
  if (hash < 0) return { interface: null, name: text };
  return { interface: text.slice(0, hash), name: text.slice(hash + 1) };
}

/** What can be called: `name` is as {@link functionName} gives it, `path` as {@link functionPath} does. */
interface MethodCandidate {
  readonly interface: string | null;
  readonly path: string;
  readonly name: string;
}

type MethodMatch<C extends MethodCandidate> =
  | { readonly kind: 'found'; readonly candidate: C }
  /** More than one fits: `paths` are what to write instead. */
  | { readonly kind: 'ambiguous'; readonly paths: readonly string[] }
  /** None fits: `paths` are all there are, `suggestion` the nearest of them or null. */
  | { readonly kind: 'not-found'; readonly paths: readonly string[]; readonly suggestion: string | null };

/**
 * Finds the function that a `method:` field means. An exact path wins. Else the interface may be short (`iface`) or lack
 * its version, and a name without an interface may stand for a function of one, as long as only one function fits.
 */
export function matchMethod<C extends MethodCandidate>(text: string, candidates: readonly C[]): MethodMatch<C> {
  const exact = candidates.find((candidate) => candidate.path === text);
  if (exact !== undefined) return { kind: 'found', candidate: exact };
  const wanted = parseMethod(text);
  const fitting = candidates.filter(
    (candidate) => candidate.name === wanted.name && fitsInterface(wanted.interface, candidate.interface),
  );
  if (fitting.length === 1) return { kind: 'found', candidate: fitting[0]! };
  if (fitting.length > 1) return { kind: 'ambiguous', paths: fitting.map((candidate) => candidate.path) };
  return { kind: 'not-found', paths: candidates.map((one) => one.path), suggestion: nearestPath(wanted, candidates) };
}

function fitsInterface(wanted: string | null, id: string | null): boolean {
  if (wanted === null) return true;
  if (id === null) return false;
  if (wanted === id) return true;
  const parts = splitId(id);
  const asked = splitId(wanted.includes('/') ? wanted : `/${wanted}`);
  const versionFits = asked.version === null || asked.version === parts.version;
  return versionFits && asked.name === parts.name && (asked.package === '' || asked.package === parts.package);
}

function nearestPath(wanted: ParsedMethod, candidates: readonly MethodCandidate[]): string | null {
  // The same interface first, then the name anywhere: `increment` for `[method]counter.increment` included.
  const inside = candidates.filter((one) => fitsInterface(wanted.interface, one.interface));
  for (const group of [inside, candidates]) {
    for (const form of [(one: MethodCandidate) => one.name, (one: MethodCandidate) => bareName(one.name)]) {
      const name = nearestName(wanted.name, group.map(form));
      const found = name === null ? undefined : group.find((one) => form(one) === name);
      if (found !== undefined) return found.path;
    }
  }
  return null;
}

function bareName(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('.'), name.indexOf(']')) + 1);
}
