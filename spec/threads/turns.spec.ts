/** What a thread learns of how long turns of Lua take: whether the next call may share its caller's thread. */
import { expect, test } from 'vitest';
import { learningTurn } from '../../src/threads/thread-calling.js';

test('A turn that was given up at once says nothing about being short', () => {
  const average = new Float64Array([0.1]);
  for (let calls = 0; calls < 3; calls++)
    learningTurn(
      average,
      () => 1,
      () => true,
    );
  expect(average[0]).toBeGreaterThan(1);
  const short = new Float64Array([0.1]);
  learningTurn(
    short,
    () => 1,
    () => false,
  );
  expect(short[0]).toBeLessThan(1);
});
