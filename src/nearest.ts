/** "Did you mean …?": the known name closest to a mistyped one. One measure for every room that suggests names. */

const MAX_NAME_LENGTH = 200;
const MAX_DISTANCE = 3;

/**
 * The candidate nearest to `name`, or null if none is near. Case, and `_` against `-`, do not count as differences; a
 * swap of two neighbours counts as one. At most a third of the letters may differ (one in short names, never above 3).
 * Of equally near candidates the first wins.
 *
 * Time: `candidates × length × MAX_DISTANCE`; names over 200 letters match only by being equal after folding.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | null {
  const wanted = fold(name);
  let best: string | null = null;
  let limit = allowedDistance(wanted.length);
  for (const candidate of candidates) {
    const distance = boundedDistance(wanted, fold(candidate), limit);
    if (distance === null) continue;
    if (distance === 0) return candidate;
    best = candidate;
    limit = distance - 1;
  }
  return best;
}

function fold(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

function allowedDistance(length: number): number {
  if (length <= 1 || length > MAX_NAME_LENGTH) return 0;
  return Math.min(MAX_DISTANCE, Math.max(1, Math.floor(length / 3)));
}

/** Edit distance (insert, delete, replace, swap neighbours), or null when it is above `limit`. */
function boundedDistance(a: string, b: string, limit: number): number | null {
  if (a === b) return 0;
  if (limit === 0 || Math.abs(a.length - b.length) > limit) return null;
  const tooFar = limit + 1;
  let beforeLast: number[] = [];
  let last: number[] = [];
  let lastMin = 0;
  for (let j = 0; j <= b.length; j++) last.push(Math.min(j, tooFar));
  for (let i = 1; i <= a.length; i++) {
    const row = new Array<number>(b.length + 1).fill(tooFar);
    row[0] = Math.min(i, tooFar);
    let rowMin = row[0];
    const from = Math.max(1, i - limit);
    const to = Math.min(b.length, i + limit);
    for (let j = from; j <= to; j++) {
      const same = a[i - 1] === b[j - 1];
      let distance = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, beforeLast[j - 2]! + 1);
      }
      row[j] = Math.min(distance, tooFar);
      rowMin = Math.min(rowMin, row[j]!);
    }
    // A swap reaches back two rows, so one hopeless row is not yet the end.
    if (rowMin > limit && lastMin > limit) return null;
    lastMin = rowMin;
    beforeLast = last;
    last = row;
  }
  return last[b.length]! <= limit ? last[b.length]! : null;
}
