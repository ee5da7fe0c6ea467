/** Endpoints of functions whose entry unwraps their `result`: what `ok` holds is answered as if it stood alone. */
import { describe, expect, test } from 'vitest';
import { openApiOf } from '../../src/host/openapi.js';
import { partsOf } from '../../src/host/parts.js';
import { endpoint, serve, wat } from './serving.js';

const UNWRAP = { meta: { options: { unwrap: true } } };
const OK = 0;
const ERR = 1;
const HELLO = [2000, 5];

/** A function whose answer is these words of memory; the text `hello` lies at 2000. */
function answering(result: string, words: readonly number[], more: object): readonly object[] {
  const stores = words.map((word, index) => `(i32.store (i32.const ${96 + 4 * index}) (i32.const ${word}))`);
  const source = `(module (memory (export "memory") 1) (data (i32.const 2000) "hello")
    (func (export "f") (result i32) ${stores.join(' ')} (i32.const 96)))`;
  const wit = `record reply { status: u32, body: string } f: func() -> ${result};`;
  return [wat('f', wit, source, more), endpoint('GET', '/f', 'f')];
}

describe('an endpoint of a function whose result is unwrapped', () => {
  test.each<[result: string, words: readonly number[], status: number, type: string | null, body: string]>([
    ['result<string, string>', [OK, ...HELLO], 200, 'text/plain; charset=utf-8', 'hello'],
    ['result<list<u8>, string>', [OK, ...HELLO], 200, 'application/octet-stream', 'hello'],
    ['result<reply, string>', [OK, 404, ...HELLO], 404, 'text/plain; charset=utf-8', 'hello'],
    ['result<u32, string>', [OK, 7], 200, 'application/json', '7'],
    ['result<_, string>', [OK, 0], 204, null, ''],
    ['result<option<string>, string>', [OK, 0], 204, null, ''],
    ['result<string, string>', [ERR, ...HELLO], 500, 'application/json', '{"error":"hello","kind":"Unknown"}'],
  ])('answers %s of %o by %i, %s', async (result, words, status, type, body) => {
    await using served = await serve(answering(result, words, UNWRAP));
    const response = await fetch(`${served.url}/f`);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      status,
      type,
      body,
    ]);
  });

  test('without unwrap the result is JSON as it is', async () => {
    await using served = await serve(answering('result<string, string>', [OK, ...HELLO], {}));
    expect(await (await fetch(`${served.url}/f`)).text()).toBe('{"ok":"hello"}');
  });

  test.each<[more: object, content: object]>([
    [UNWRAP, { 'text/plain': { schema: { type: 'string' } } }],
    [{}, { 'application/json': { schema: { oneOf: [expect.anything(), expect.anything()] } } }],
  ])('has in its OpenAPI document what it answers: %o', async (more, content) => {
    await using served = await serve(answering('result<string, string>', [OK, ...HELLO], more));
    const document = openApiOf(partsOf(served.host)) as { paths: Record<string, { get: { responses: object } }> };
    expect(document.paths['/f']!.get.responses).toMatchObject({ 200: { content } });
  });
});
