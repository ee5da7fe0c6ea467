/**
 * Patterns of paths: `/users/{id}`, `/users/:id`, `/files/{rest...}`; a `/` at the end stands for everything below, unless
 * `{$}` follows. Two patterns of one method may overlap where one of them is the more specific; otherwise no one could say which is meant.
 */
import type { Report } from '../schema.js';

type RouteSegment =
  | { readonly type: 'literal'; readonly text: string }
  /** One segment that is not empty. */
  | { readonly type: 'parameter'; readonly name: string }
  /** What is left, also nothing, but behind a slash; always last. Null: a `/` at the end, whose rest has no name. */
  | { readonly type: 'rest'; readonly name: string | null };

export interface RoutePattern {
  /** As written, prefix and path joined: for messages and logs. */
  readonly text: string;
  /**
   * What each part between slashes must be, at least one. Literals are decoded (`%20` is a space); the literal '' (written
   * `{$}`, always last) is the end of a path with a `/` at its end. `/a/b/` has the parts a, b and ''; `/` has ''.
   */
  readonly segments: readonly RouteSegment[];
}

const MAX_LENGTH = 1000;
const MAX_SEGMENTS = 64;
const END = '{$}';
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;

/** Reports what makes `text` no pattern. A prefix has no rest. */
export function checkPattern(text: string, field: 'path' | 'prefix', report: Report): void {
  const fault = faultOf(text, field);
  if (fault === null) return;
  const expected = field === 'path' ? '/users/{id}, /users/:id or /files/{rest...}' : 'such as /api';
  report([], { code: 'invalid-value', message: fault, expected, got: JSON.stringify(text.slice(0, 60)) });
}

function faultOf(text: string, field: string): string | null {
  if (!text.startsWith('/')) return `${field} must start with /`;
  if (text.length > MAX_LENGTH) return `${field} is longer than ${MAX_LENGTH} characters`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no path of a URL holds them
  if (/[?#\\\s\u0000-\u001f\u007f]/.test(text)) return `${field} holds a character that no path of a URL holds`;
  const parts = text.slice(1).replace(/\/$/, '').split('/');
  if (parts.length > MAX_SEGMENTS) return `${field} has more than ${MAX_SEGMENTS} segments`;
  const names = new Set<string>();
  for (const [index, part] of parts.entries()) {
    if (part === '' && text !== '/') return `${field} has an empty segment`;
    if (part === '.' || part === '..') return `${field} cannot hold the segment ${part}`;
    const segment = segmentOf(part);
    if (segment === null) return `${field} has a segment that is neither text nor a whole {name}: ${part.slice(0, 60)}`;
    const isEnd = segment.type === 'rest' || part === END;
    if (segment.type === 'literal' && !isEnd) continue;
    if (isEnd && (field === 'prefix' || index < parts.length - 1 || text.endsWith('/'))) {
      return field === 'prefix' ? `a prefix has no ${part}` : `${part} can only be the last segment`;
    }
    if (segment.type === 'literal') continue;
    if (names.has(segment.name ?? '')) return `${field} has two parameters named ${segment.name}`;
    names.add(segment.name ?? '');
  }
  return null;
}

function segmentOf(part: string): RouteSegment | null {
  if (part === END) return { type: 'literal', text: '' };
  if (part.startsWith(':')) return NAME.test(part.slice(1)) ? { type: 'parameter', name: part.slice(1) } : null;
  const braced = /^\{(.*)\}$/s.exec(part);
  if (braced !== null) {
    const isRest = braced[1]!.endsWith('...');
    const name = isRest ? braced[1]!.slice(0, -3) : braced[1]!;
    return NAME.test(name) ? { type: isRest ? 'rest' : 'parameter', name } : null;
  }
  if (/[{}]/.test(part)) return null;
  try {
    return { type: 'literal', text: decodeURIComponent(part) };
  } catch {
    return null;
  }
}

/** @param prefix and @param path sound, as {@link checkPattern} says */
export function parsePattern(prefix: string, path: string): RoutePattern {
  const text = `${prefix.replace(/\/+$/, '')}${path}`;
  const parts = text === '/' ? [] : text.slice(1).replace(/\/$/, '').split('/');
  const segments = parts.map((part) => segmentOf(part) ?? { type: 'literal' as const, text: part });
  if (text.endsWith('/')) segments.push({ type: 'rest', name: null });
  return { text, segments };
}

/** `a` against `b`: whether it matches less, more, the same, other paths, or whether they overlap without order. */
type PatternRelation = 'more specific' | 'less specific' | 'equal' | 'disjoint' | 'overlapping';

export function comparePatterns(a: RoutePattern, b: RoutePattern): PatternRelation {
  let aWider = false;
  let bWider = false;
  const length = Math.max(a.segments.length, b.segments.length);
  for (let index = 0; index < length; index++) {
    const left = a.segments[index];
    const right = b.segments[index];
    if (left === undefined || right === undefined) return 'disjoint';
    if (left.type === 'rest' || right.type === 'rest') {
      if (left.type !== 'rest') bWider = true;
      else if (right.type !== 'rest') aWider = true;
      break;
    }
    if (left.type === 'literal' && right.type === 'literal') {
      if (left.text !== right.text) return 'disjoint';
    } else if (isEmpty(left) || isEmpty(right)) return 'disjoint';
    else if (left.type !== right.type) {
      if (left.type === 'parameter') aWider = true;
      else bWider = true;
    }
  }
  if (aWider && bWider) return 'overlapping';
  if (aWider) return 'less specific';
  return bWider ? 'more specific' : 'equal';
}

/** A parameter is a segment that is not empty. */
function isEmpty(segment: RouteSegment): boolean {
  return segment.type === 'literal' && segment.text === '';
}
