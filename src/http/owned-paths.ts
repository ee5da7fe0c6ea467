/**
 * Whose a path is that no endpoint serves. Below a router's prefix it is that router's, so that clients of an API get 404 as JSON
 * and never the page of a mount of files above it; a mount at the prefix or below it has the paths that are left.
 */
import { parsePattern, type RoutePattern } from '../registry/http/pattern.js';
import type { Target } from './request-path.js';

interface Owner<T> {
  /** As routers have it: without a `/` at the end, '' for none. */
  readonly prefix: string;
  readonly value: T;
}

interface Owned<T> {
  /** How many parts the prefix of its owner has; 0: no router has one for it. */
  readonly depth: number;
  readonly value: T;
}

/**
 * @param unowned for paths that are at or below no prefix
 * @returns who has the longest prefix that a path is at or below
 */
export function ownedPaths<T>(owners: readonly Owner<T>[], unowned: T): (target: Target) => Owned<T> {
  const all = owners
    .map(({ prefix, value }) => ({ segments: prefix === '' ? [] : parsePattern(prefix, '').segments, value }))
    .map(({ segments, value }) => ({ segments, owned: { depth: segments.length, value } }))
    .sort((a, b) => b.owned.depth - a.owned.depth);
  const none = { depth: 0, value: unowned };
  return (target) => {
    if (all.length === 0) return none;
    const parts = target.parts ?? target.path.slice(1).split('/');
    return all.find(({ segments }) => isBelow(parts, segments))?.owned ?? none;
  };
}

function isBelow(parts: readonly string[], prefix: RoutePattern['segments']): boolean {
  return prefix.every((each, index) => {
    const part = parts[index];
    return each.type === 'literal' ? part === each.text : part !== undefined && part !== '';
  });
}

/** How many parts the path of a mount has. */
export function mountDepth(path: string): number {
  return path === '' ? 0 : path.split('/').length - 1;
}
