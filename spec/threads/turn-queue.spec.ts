import { describe, expect, it } from 'vitest';
import { turnQueue } from '../../src/threads/turn-queue.js';

const ALL = () => 'here';

/** Takes the next one that has a place, and gives the item alone. */
function next(queue: ReturnType<typeof filled>, ...how: Partial<Parameters<typeof queue.next>>): string | null {
  const [placeFor = ALL, fitsBetter] = how;
  return queue.next(placeFor, fitsBetter)?.item ?? null;
}

function filled(...items: readonly string[]) {
  const queue = turnQueue<string>();
  for (const item of items) queue.add(item[0] as string, item);
  return queue;
}

describe('a queue in which keys take turns', () => {
  it('serves one of each key before the next of any, first come, first served within a key', () => {
    const queue = filled('a1', 'a2', 'a3', 'b1', 'b2');
    expect(['', '', '', '', ''].map(() => next(queue))).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
    expect(next(queue)).toBeNull();
  });

  it('lets one near the front that fits better go first', () => {
    const queue = filled('a1', 'a2', 'a3');
    expect(next(queue, ALL, (item) => item === 'a3')).toBe('a3');
    expect(next(queue)).toBe('a1');
    expect(queue.size()).toBe(1);
  });

  it('asks the eighth of a key, and not the ninth', () => {
    const items = Array.from({ length: 9 }, (_, place) => `a${place + 1}`);
    expect(next(filled(...items), ALL, (item) => item === 'a8')).toBe('a8');
    expect(next(filled(...items), ALL, (item) => item === 'a9')).toBe('a1');
  });

  it('has nobody passed by more than eight, however many fit better', () => {
    const queue = filled('a-first', ...Array.from({ length: 20 }, (_, place) => `a${place}`));
    const served = Array.from({ length: 9 }, () => next(queue, ALL, (item) => item !== 'a-first'));
    expect(served.indexOf('a-first')).toBe(8);
  });

  it('gives the place that was found, and looks for it once', () => {
    const asked: string[] = [];
    const placeFor = (item: string) => (asked.push(item) === 1 ? `a place for ${item}` : null);
    expect(filled('a1').next(placeFor)).toEqual({ item: 'a1', place: 'a place for a1' });
    expect(asked).toEqual(['a1']);
  });

  it('takes the first after all where the one that fits better has no place', () => {
    const queue = filled('a1', 'a2');
    const taken = queue.next(
      (item) => (item === 'a1' ? 'here' : null),
      (item) => item === 'a2',
    );
    expect(taken).toEqual({ item: 'a1', place: 'here' });
    expect(next(queue)).toBe('a2');
  });

  it('does not look behind a first that does not fit at all', () => {
    expect(
      next(
        filled('a1', 'a2'),
        (item) => (item === 'a1' ? null : 'here'),
        () => true,
      ),
    ).toBeNull();
  });
});
