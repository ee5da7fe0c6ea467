import { expect, test } from 'vitest';
import { transportNamed } from '../../src/transport/transports.js';
import type { Param } from '../../src/wit/types.js';

const NAME: Param = { name: 'name', type: { kind: 'string' } };
const MAYBE: Param = { name: 'maybe', type: { kind: 'option', type: { kind: 'string' } } };

test.each(['payload', 'wasi-http'])('%s hands arguments and result through, untouched', (name) => {
  const args = [1, { a: [2] }];
  const transport = transportNamed(name);
  expect(transport.name).toBe(name);
  expect(transport.toArguments(args, [NAME, NAME])).toBe(args);
  expect(transport.toAnswer(args)).toBe(args);
});

test.each([
  ['no parameters', []],
  ['options only', [MAYBE]],
])('wasi-http calls a function of %s without arguments', (_, params) => {
  expect(transportNamed('wasi-http').toArguments([], params)).toEqual([]);
});

test('wasi-http without arguments says that there is no request', () => {
  expect(() => transportNamed('wasi-http').toArguments([], [NAME, MAYBE])).toThrow(/^http request context not found: /);
});
