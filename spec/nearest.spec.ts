import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nearestName } from '../src/nearest.js';

describe('nearestName()', () => {
  test.each<[string, string[], string | null]>([
    ['tag', ['tags', 'name'], 'tags'],
    ['user_view', ['user-view'], 'user-view'],
    ['USER-VIEW', ['user-view'], 'user-view'],
    ['i32', ['s32', 'u64'], 's32'],
    ['naem', ['name'], 'name'],
    ['transfrom-users', ['filter-active', 'transform-users'], 'transform-users'],
    ['abcdefghi', ['abcdefxyz'], 'abcdefxyz'],
    ['abcdefghi', ['abcdewxyz'], null],
    ['abcdefghijklmnopqrst', ['abcdefghijklmnop0000'], null],
    ['x', ['y'], null],
    ['x', ['X'], 'X'],
    ['ab', ['xy'], null],
    ['', ['a'], null],
    ['name', [], null],
    ['count', ['total', 'first'], null],
  ])('%j among %j is %j', (name, candidates, expected) => {
    expect(nearestName(name, candidates)).toBe(expected);
  });

  test('prefers the nearer candidate and, between equals, the first', () => {
    expect(nearestName('colour', ['colors', 'color', 'colour-x'])).toBe('color');
    expect(nearestName('size', ['side', 'site'])).toBe('side');
  });

  test('matches a name over 200 letters only if it is equal after folding', () => {
    const long = 'a'.repeat(201);
    expect(nearestName(`${long}b`, [long])).toBeNull();
    expect(nearestName(long.toUpperCase(), [long])).toBe(long);
  });

  test('agrees with the unbounded edit distance', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 9 });
    fc.assert(
      fc.property(word, word, (name, candidate) => {
        const limit = Math.min(3, Math.max(1, Math.floor(name.length / 3)));
        expect(nearestName(name, [candidate])).toBe(fullDistance(name, candidate) <= limit ? candidate : null);
      }),
    );
  });
});

function fullDistance(a: string, b: string): number {
  const rows: number[][] = [];
  for (let i = 0; i <= a.length; i++) {
    const row: number[] = [];
    for (let j = 0; j <= b.length; j++) {
      if (i === 0 || j === 0) row.push(i + j);
      else {
        const replaced = rows[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
        const swapped =
          i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? rows[i - 2]![j - 2]! + 1 : replaced;
        row.push(Math.min(row[j - 1]! + 1, rows[i - 1]![j]! + 1, replaced, swapped));
      }
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}
