import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTarget } from '../../src/http/request-path.js';
import { createRouter, type RouteResult } from '../../src/http/router.js';
import { readQuery } from '../../src/query.js';
import { comparePatterns, parsePattern } from '../../src/registry/http/pattern.js';

function router(...routes: readonly (readonly [method: string, pattern: string])[]) {
  const made = createRouter(
    routes.map(([method, text]) => ({ method, pattern: parsePattern('', text), value: `${method} ${text}` })),
  );
  return (method: string, url: string): RouteResult<string> | 'malformed' => {
    const target = readTarget(url);
    return target === null ? 'malformed' : made.find(method, target);
  };
}

describe('find()', () => {
  const find = router(
    ['GET', '/'],
    ['GET', '/users'],
    ['GET', '/users/{id}'],
    ['GET', '/users/me'],
    ['PUT', '/users/:name'],
    ['GET', '/users/{id}/posts/{post}'],
    ['GET', '/files/{path...}'],
    ['GET', '/docs/'],
    ['GET', '/docs/{$}'],
    ['HEAD', '/head'],
    ['GET', '/head'],
    ['GET', '/a%20b'],
  );

  test.each([
    ['/users', 'GET /users', {}],
    ['/users/7', 'GET /users/{id}', { id: '7' }],
    ['/users/me', 'GET /users/me', {}],
    ['/users/7/posts/8', 'GET /users/{id}/posts/{post}', { id: '7', post: '8' }],
    ['/files/', 'GET /files/{path...}', { path: '' }],
    ['/files/a/b.txt', 'GET /files/{path...}', { path: 'a/b.txt' }],
    ['/docs/', 'GET /docs/{$}', {}],
    ['/docs/x/y', 'GET /docs/', {}],
    ['/nothing', 'GET /', {}],
    ['/users/', 'GET /', {}],
    ['/users/7/posts', 'GET /', {}],
    ['/a%20b', 'GET /a%20b', {}],
    ['/users/a%2Fb', 'GET /users/{id}', { id: 'a/b' }],
    ['/users/%C3%A4', 'GET /users/{id}', { id: 'ä' }],
    ['/users/x/../me', 'GET /users/me', {}],
    ['/users/%2e%2E/users', 'GET /users', {}],
    ['/../../users', 'GET /users', {}],
    ['/users/.', 'GET /', {}],
    ['/users?id=1', 'GET /users', {}],
    ['http://example.com/users', 'GET /users', {}],
    ['/users/__proto__', 'GET /users/{id}', { id: '__proto__' }],
  ])('%s is answered by %s', (url, value, params) => {
    const found = find('GET', url);
    expect(found).toMatchObject({ value });
    expect({ ...(found as { params: object }).params }).toEqual(params);
  });

  test.each(['/%', '/%zz', '/a%00b', '/%C3', '/a\\b', '*', 'users', `/${'a/'.repeat(300)}%20`])(
    '%s is malformed',
    (url) => {
      expect(find('GET', url)).toBe('malformed');
    },
  );

  test('GET serves HEAD, unless a route of HEAD is there', () => {
    expect(find('HEAD', '/users')).toMatchObject({ value: 'GET /users' });
    expect(find('HEAD', '/users/7')).toMatchObject({ value: 'GET /users/{id}' });
    expect(find('HEAD', '/head')).toMatchObject({ value: 'HEAD /head' });
  });

  test('parameters are called what the pattern of the method calls them', () => {
    expect(find('PUT', '/users/7')).toMatchObject({ value: 'PUT /users/:name', params: { name: '7' } });
  });
});

test('a path that only other methods serve names them', () => {
  const find = router(['GET', '/a/{x}'], ['POST', '/{y}/1'], ['DELETE', '/a/2']);
  expect(find('POST', '/a/1')).toMatchObject({ value: 'POST /{y}/1', params: { y: 'a' } });
  expect(find('PATCH', '/a/1')).toEqual({ value: null, allow: ['GET', 'HEAD', 'OPTIONS', 'POST'] });
  expect(find('GET', '/b/2')).toEqual({ value: null, allow: [] });
});

test('of several patterns that match, none is more specific than the one that is found', () => {
  const part = fc.constantFrom('a', 'b', '{x}', '{y}');
  const pattern = fc
    .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '/', '/{rest...}'))
    .map(([parts, end]) => `/${[...new Set(parts)].join('/')}${end}`);
  const path = fc
    .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(fc.uniqueArray(pattern, { maxLength: 8 }), path, (texts, url) => {
      const patterns = texts.map((text) => parsePattern('', text));
      const relations = patterns.flatMap((a) => patterns.filter((b) => a !== b).map((b) => comparePatterns(a, b)));
      fc.pre(!relations.includes('overlapping') && !relations.includes('equal'));
      const found = router(...texts.map((text) => ['GET', text] as const))('GET', url);
      const matching = patterns.filter(({ text }) => {
        const alone = router(['GET', text])('GET', url);
        return alone !== 'malformed' && alone.value !== null;
      });
      if (matching.length === 0) {
        expect(found).toEqual({ value: null, allow: [] });
        return;
      }
      const chosen = patterns.find(({ text }) => (found as { value: string }).value === `GET ${text}`)!;
      expect(matching.map((each) => comparePatterns(each, chosen))).not.toContain('more specific');
      expect(matching).toContain(chosen);
    }),
  );
});

describe('readQuery()', () => {
  test.each([
    ['', []],
    [
      'a=1&b=2&a=3',
      [
        ['a', '1'],
        ['b', '2'],
        ['a', '3'],
      ],
    ],
    ['a', [['a', '']]],
    [
      '=x&&a=',
      [
        ['', 'x'],
        ['a', ''],
      ],
    ],
    ['q=a+b%20c%2B', [['q', 'a b c+']]],
    ['q=%C3%A4', [['q', 'ä']]],
    ['q=%zz', [['q', '%zz']]],
    ['q=%C3%A4%z', [['q', 'ä%z']]],
  ])('%s', (query, pairs) => {
    expect(readQuery(query)).toEqual(pairs);
  });

  test('takes no more than a thousand', () => {
    expect(readQuery('a&'.repeat(999))).toHaveLength(999);
    expect(() => readQuery('a&'.repeat(2000))).toThrow('more than 1000 parameters');
  });

  test.each(['q=%C3', '%FF=1', 'a=1&q=%zz%80'])('refuses %s, which is no UTF-8', (query) => {
    expect(() => readQuery(query)).toThrow(/^the parameter \S+ is not valid UTF-8$/);
  });
});
