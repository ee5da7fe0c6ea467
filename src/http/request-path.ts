/** The path of a request's target: escapes, dot segments, and where the query begins. */

/** Taken apart once per request. */
export interface Target {
  /** The path as it was sent, dot segments resolved. */
  readonly path: string;
  /** Decoded parts, or null where nothing had to be decoded and `path` serves as it is. */
  readonly parts: readonly string[] | null;
  /** Without its `?`; empty where there is none. */
  readonly query: string;
}

const UNUSUAL = /%|\/\.|[^\x21-\x7e]|[\\#]/;
const MAX_PARTS = 256;

/**
 * Reads the target of a request. Each part is decoded by itself, so an encoded slash stays inside of its part; `.` and `..`
 * (encoded or not) are resolved before anything is looked up, and never lead above `/`.
 *
 * @returns null for a target that no handler should see: malformed escapes, no UTF-8, NUL, a fragment, too many parts
 */
export function readTarget(url: string): Target | null {
  const start = url.charCodeAt(0) === 47 ? 0 : pathStart(url);
  if (start < 0) return null;
  const mark = url.indexOf('?', start);
  const end = mark < 0 ? url.length : mark;
  const path = start === 0 && end === url.length ? url : url.slice(start, end) || '/';
  const query = mark < 0 ? '' : url.slice(mark + 1);
  if (query.includes('#')) return null;
  if (!UNUSUAL.test(path)) return { path, parts: null, query };
  return readUnusual(path, query);
}

/** `http://host/path` as proxies send it, and `*` of OPTIONS. */
function pathStart(url: string): number {
  const scheme = /^https?:\/\/[^/?#]*/i.exec(url);
  return scheme === null ? -1 : scheme[0].length;
}

function readUnusual(path: string, query: string): Target | null {
  const raw: string[] = [];
  const parts: string[] = [];
  const pieces = path.slice(1).split('/');
  if (pieces.length > MAX_PARTS) return null;
  for (const [index, piece] of pieces.entries()) {
    const text = decodePart(piece);
    if (text === null) return null;
    const last = index === pieces.length - 1;
    if (text === '.' || text === '..') {
      if (text === '..') {
        raw.pop();
        parts.pop();
      }
      if (last) {
        raw.push('');
        parts.push('');
      }
      continue;
    }
    raw.push(piece);
    parts.push(text);
  }
  return { path: `/${raw.join('/')}`, parts, query };
}

function decodePart(piece: string): string | null {
  if (/[\\#]/.test(piece)) return null;
  if (!piece.includes('%')) return piece;
  try {
    const text = decodeURIComponent(piece);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
