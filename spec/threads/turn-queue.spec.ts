import { describe, expect, it } from 'vitest';
import { turnQueue } from '../../src/threads/turn-queue.js';

const ALL = () => true;

function filled(...items: readonly string[]) {
  const queue = turnQueue<string>();
  for (const item of items) queue.add(item[0] as string, item);
  return queue;
}

describe('a queue in which keys take turns', () => {
  it('serves one of each key before the next of any, first come, first served within a key', () => {
    const queue = filled('a1', 'a2', 'a3', 'b1', 'b2');
    expect(['', '', '', '', ''].map(() => queue.next(ALL))).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
    expect(queue.next(ALL)).toBeNull();
  });

  it('lets one near the front that fits better go first', () => {
    const queue = filled('a1', 'a2', 'a3');
    expect(queue.next(ALL, (item) => item === 'a3')).toBe('a3');
    expect(queue.next(ALL)).toBe('a1');
    expect(queue.size()).toBe(1);
  });

  it('asks the eighth of a key, and not the ninth', () => {
    const items = Array.from({ length: 9 }, (_, place) => `a${place + 1}`);
    expect(filled(...items).next(ALL, (item) => item === 'a8')).toBe('a8');
    expect(filled(...items).next(ALL, (item) => item === 'a9')).toBe('a1');
  });

  it('has nobody passed by more than eight, however many fit better', () => {
    const queue = filled('a-first', ...Array.from({ length: 20 }, (_, place) => `a${place}`));
    const served = Array.from({ length: 9 }, () => queue.next(ALL, (item) => item !== 'a-first'));
    expect(served.indexOf('a-first')).toBe(8);
  });

  it('does not look behind a first that does not fit at all', () => {
    expect(filled('a1', 'a2').next((item) => item !== 'a1', ALL)).toBeNull();
  });
});
