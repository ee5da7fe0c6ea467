import { expect, test } from 'vitest';
import { laterTransport, payload, transportNamed } from '../../src/transport/transports.js';

test('payload hands arguments and result through, untouched', () => {
  const args = [1, { a: [2] }];
  expect(payload.toArguments(args)).toBe(args);
  expect(payload.toAnswer(args)).toBe(args);
});

test.each([
  ['payload', payload],
  ['wasi-http', null],
  ['constructor', null],
])('transportNamed(%j)', (name, expected) => {
  expect(transportNamed(name)).toBe(expected);
});

test('a transport that is not built yet says so', () => {
  expect(laterTransport('wasi-http').message).toContain('transport wasi-http is documented but not built yet');
});
