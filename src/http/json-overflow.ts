/** Numbers of JSON that no f64 holds: `JSON.parse` gives infinity for them, in silence. */

/** No f64 has more digits before its point. */
const MAX_DIGITS = 309;

/** @returns whether a number of `text` may be one: most texts are done with here */
export function mayOverflow(text: string): boolean {
  return /\d[eE]\+?\d{3}/.test(text) || hasLongRun(text);
}

/** Looks at one letter in so many: a run of digits that is long enough holds one of them. */
function hasLongRun(text: string): boolean {
  for (let index = MAX_DIGITS - 1; index < text.length; index += MAX_DIGITS) {
    let first = index;
    while (first >= 0 && isDigit(text, first)) first--;
    let end = index;
    while (end < text.length && isDigit(text, end)) end++;
    if (end - first - 1 >= MAX_DIGITS) return true;
  }
  return false;
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

/** No type takes what is deeper. */
const MAX_DEPTH = 200;

/** The place of the first infinity, such as `points[2].x` (indices from 1); '' is the value itself, null: there is none. */
export function placeOfInfinity(value: unknown, depth = 0): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : '';
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return null;
  for (const [key, each] of Object.entries(value)) {
    const inner = placeOfInfinity(each, depth + 1);
    if (inner === null) continue;
    const step = Array.isArray(value) ? `[${Number(key) + 1}]` : key;
    return inner === '' || inner.startsWith('[') ? step + inner : `${step}.${inner}`;
  }
  return null;
}
