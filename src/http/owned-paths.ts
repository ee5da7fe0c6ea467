/**
 * Whose a path is that no endpoint serves. Below a router's prefix it is that router's, so that clients of an API get 404 as JSON
 * and never the page of a mount of files above it; a mount at the prefix or below it has the paths that are left.
 */
import { parsePattern, type RoutePattern } from '../registry/http/pattern.js';
import type { Target } from './request-path.js';

type OwnedPaths = {
  /** How many parts the longest prefix has that the path is at or below; 0: it is no router's. */
  readonly depthOf: (target: Target) => number;
};

/** @param prefixes as routers have them: without a `/` at the end, '' for none */
export function ownedPaths(prefixes: readonly string[]): OwnedPaths {
  const all = prefixes.filter((prefix) => prefix !== '').map((prefix) => parsePattern(prefix, '').segments);
  return {
    depthOf(target) {
      if (all.length === 0) return 0;
      const parts = target.parts ?? target.path.slice(1).split('/');
      return all.reduce((deepest, each) => (isBelow(parts, each) ? Math.max(deepest, each.length) : deepest), 0);
    },
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
