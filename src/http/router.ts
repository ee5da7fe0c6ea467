/**
 * Which handler a request goes to. Routes become a map for paths without parameters and a tree for the others, so that a look-up
 * costs a map access or a walk over the path's parts; the most specific pattern wins.
 */
import type { RoutePattern } from '../registry/http/pattern.js';
import type { Target } from './request-path.js';

export interface Route<T> {
  /** Upper case; `*` serves every method that no other route of its path serves. */
  readonly method: string;
  readonly pattern: RoutePattern;
  readonly value: T;
}

interface Match<T> {
  readonly value: T;
  /** Decoded values of `{name}` and `{name...}`. */
  readonly params: { readonly [name: string]: string };
}

export type RouteResult<T> =
  | Match<T>
  /** Something else is there: its methods, for `Allow`. */
  | { readonly value: null; readonly allow: readonly string[] };

interface Router<T> {
  find(method: string, target: Target): RouteResult<T>;
}

interface Leaf<T> {
  readonly methods: Map<string, T>;
  readonly names: readonly string[];
}

interface Node<T> {
  readonly literals: Map<string, Node<T>>;
  parameter: Node<T> | null;
  /** Routes that end here. Several where patterns name their parameters differently. */
  readonly ends: Leaf<T>[];
  readonly rests: Leaf<T>[];
}

const NO_PARAMS: Match<never>['params'] = Object.freeze({});
const NOT_THERE: RouteResult<never> = { value: null, allow: [] };

/** Routes must not be equal in method and pattern: who loads them has refused that. */
export function createRouter<T>(routes: Iterable<Route<T>>): Router<T> {
  const root: Node<T> = newNode();
  const fixed = new Map<string, Map<string, Match<T>>>();
  for (const route of routes) {
    insert(root, route);
    if (!route.pattern.segments.every((each) => each.type === 'literal')) continue;
    const texts = route.pattern.segments.map((each) => (each.type === 'literal' ? each.text : ''));
    // What would be decoded, or holds a slash, is not found by the path as it is sent.
    if (texts.some((each) => !/^[\w.~!$&'()*+,;=:@-]*$/.test(each))) continue;
    const path = `/${texts.join('/')}`;
    const methods = fixed.get(path) ?? new Map<string, Match<T>>();
    methods.set(route.method, { value: route.value, params: NO_PARAMS });
    fixed.set(path, methods);
  }
  return {
    find(method, target) {
      if (target.parts === null) {
        const methods = fixed.get(target.path);
        const found = methods?.get(method) ?? (method === 'HEAD' ? methods?.get('GET') : undefined);
        if (found !== undefined) return found;
      }
      const parts = target.parts ?? target.path.slice(1).split('/');
      return search(root, parts, 0, method, []) ?? missing(root, parts);
    },
  };
}

function newNode<T>(): Node<T> {
  return { literals: new Map(), parameter: null, ends: [], rests: [] };
}

function insert<T>(root: Node<T>, { method, pattern, value }: Route<T>): void {
  let node = root;
  const names: string[] = [];
  for (const segment of pattern.segments) {
    if (segment.type === 'rest') {
      leafOf(node.rests, segment.name === null ? names : [...names, segment.name]).set(method, value);
      return;
    }
    if (segment.type === 'parameter') {
      names.push(segment.name);
      node.parameter ??= newNode();
      node = node.parameter;
      continue;
    }
    const next: Node<T> = node.literals.get(segment.text) ?? newNode();
    node.literals.set(segment.text, next);
    node = next;
  }
  leafOf(node.ends, names).set(method, value);
}

function leafOf<T>(leaves: Leaf<T>[], names: readonly string[]): Map<string, T> {
  const known = leaves.find((each) => each.names.join('/') === names.join('/'));
  if (known !== undefined) return known.methods;
  const leaf: Leaf<T> = { methods: new Map(), names: [...names] };
  leaves.push(leaf);
  return leaf.methods;
}

/** Literals before parameters before rests, part by part: the most specific pattern that serves the method. */
function search<T>(
  node: Node<T>,
  parts: readonly string[],
  index: number,
  method: string,
  values: string[],
): Match<T> | null {
  if (index === parts.length) return atLeaf(node.ends, method, values, null);
  const part = parts[index]!;
  const literal = node.literals.get(part);
  if (literal !== undefined) {
    const found = search(literal, parts, index + 1, method, values);
    if (found !== null) return found;
  }
  if (node.parameter !== null && part !== '') {
    values.push(part);
    const found = search(node.parameter, parts, index + 1, method, values);
    if (found !== null) return found;
    values.pop();
  }
  return node.rests.length === 0 ? null : atLeaf(node.rests, method, values, parts.slice(index).join('/'));
}

function atLeaf<T>(
  leaves: readonly Leaf<T>[],
  method: string,
  values: readonly string[],
  rest: string | null,
): Match<T> | null {
  const wanted = method === 'HEAD' ? ['HEAD', 'GET', '*'] : [method, '*'];
  for (const each of wanted) {
    for (const { methods, names } of leaves) {
      const value = methods.get(each);
      if (value !== undefined) return { value, params: paramsOf(names, values, rest) };
    }
  }
  return null;
}

function paramsOf(names: readonly string[], values: readonly string[], rest: string | null): Match<never>['params'] {
  if (names.length === 0) return NO_PARAMS;
  const params: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const [index, name] of names.entries()) params[name] = values[index] ?? rest ?? '';
  return params;
}

function missing<T>(root: Node<T>, parts: readonly string[]): RouteResult<T> {
  const allow = new Set<string>();
  collect(root, parts, 0, allow);
  if (allow.size === 0) return NOT_THERE;
  if (allow.has('GET')) allow.add('HEAD');
  allow.add('OPTIONS');
  return { value: null, allow: [...allow].sort() };
}

function collect<T>(node: Node<T>, parts: readonly string[], index: number, into: Set<string>): void {
  if (index === parts.length) {
    for (const leaf of node.ends) for (const method of leaf.methods.keys()) into.add(method);
    return;
  }
  const literal = node.literals.get(parts[index]!);
  if (literal !== undefined) collect(literal, parts, index + 1, into);
  if (node.parameter !== null && parts[index] !== '') collect(node.parameter, parts, index + 1, into);
  for (const leaf of node.rests) for (const method of leaf.methods.keys()) into.add(method);
}
