import { expect, test } from 'vitest';
import { unknownTarget } from '../../src/functions/ids.js';

const KNOWN = () => ['myns:compute', 'myns:greet', 'other:transform_users', 'third:compute'];

test.each([
  ['', 'Invalid', 'function ID required'],
  [undefined, 'Invalid', 'function ID required'],
  [7, 'Invalid', 'function ID required'],
  ['compute', 'Invalid', 'namespace required in function ID'],
  [':compute', 'Invalid', 'namespace required in function ID'],
  ['gret', 'Invalid', 'namespace required in function ID'],
  [':', 'Invalid', 'namespace required in function ID'],
  ['myns:', 'Invalid', 'name required in function ID'],
  ['myns:compute2', 'NotFound', 'no handler registered for target myns:compute2: did you mean myns:compute?'],
  ['myns:nothing_like_it', 'NotFound', 'no handler registered for target myns:nothing_like_it'],
] as const)('unknownTarget(%j) is %s: %s', (id, kind, message) => {
  expect(unknownTarget(id, KNOWN)).toMatchObject({ kind, message });
});

test('unknownTarget() names the nearest full ID of a name without a namespace', () => {
  expect(unknownTarget('greeet', KNOWN).details).toMatchObject({ id: 'greeet', nearest: 'myns:greet' });
});

test('unknownTarget() cuts an ID of a megabyte short', () => {
  expect(unknownTarget(`a:${'b'.repeat(1_000_000)}`, KNOWN).message.length).toBeLessThan(300);
});
