import { describe, expect, test } from 'vitest';
import { ROOT } from '../host/guests.js';
import { cli } from './run-cli.js';

describe('colours', () => {
  const ESCAPE = '\x1b[';
  test.each<[string, object, boolean]>([
    ['on a terminal', { terminal: true }, true],
    ['in a pipe', { terminal: false }, false],
    ['with NO_COLOR', { terminal: true, env: { NO_COLOR: '1' } }, false],
    ['with an empty NO_COLOR', { terminal: true, env: { NO_COLOR: '' } }, true],
    ['on a dumb terminal', { terminal: true, env: { TERM: 'dumb' } }, false],
  ])('%s', async (_, setting, coloured) => {
    const { out } = await cli(['list'], { cwd: ROOT, ...setting });
    expect(out.includes(ESCAPE)).toBe(coloured);
    const { err } = await cli(['call', 'myns:nope'], { cwd: ROOT, ...setting });
    expect(err.includes(ESCAPE)).toBe(coloured);
  });
});
