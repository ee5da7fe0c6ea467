import { expect, test } from 'vitest';
import { lazyNetOperations, NET_OPERATIONS } from '../../src/net/lazy.js';
import { netOperations } from '../../src/net/operations.js';

test('lazyNetOperations() has every operation of the room, and no other', () => {
  expect([...NET_OPERATIONS].sort()).toEqual(Object.keys(netOperations()).sort());
  expect(Object.keys(lazyNetOperations()).sort()).toEqual(Object.keys(netOperations()).sort());
});
