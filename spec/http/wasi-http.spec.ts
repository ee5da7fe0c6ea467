import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { endpoint, serve, wat } from './serving.js';

const ANSWER = wat('answer', 'answer: func() -> s32;', '(module (func (export "answer") (result i32) i32.const 42))');

test('x', async () => {
  await using served = await serve([ANSWER, endpoint('GET', '/answer', 'answer')]);
  const response = await fetch(`${served.url}/answer`);
  expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
    200,
    'application/json',
    '42',
  ]);
});
