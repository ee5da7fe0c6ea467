import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GUESTS } from '../host/guests.js';
import { AT_ROOT, folderWith } from './folders.js';
import { cli } from './run-cli.js';

describe('list and show', () => {
  test('list prints one line a function', async () => {
    const { code, out } = await cli(['list'], AT_ROOT);
    expect(code).toBe(0);
    expect(out).toMatch(/^myns:compute +function\.wasm {2}compute: func\(a: s32, b: s32\) -> s32$/m);
  });

  test('list --json is the same as data', async () => {
    const listed = JSON.parse((await cli(['list', '--json'], AT_ROOT)).out) as { id: string }[];
    expect(listed.map((each) => each.id)).toContain('myns:transform_users');
  });

  test('list of an empty registry says what to do', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: a\nentries: []\n' });
    const { code, out } = await cli(['list'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain('has no functions yet');
  });

  test('show prints exports, imports with their grants, and WIT', async () => {
    const folder = folderWith({ 'registry/r.yaml': 'namespace: app\nentries: []\n' });
    await cli(['add', join(GUESTS, 'libc.wasm'), '--method', 'env'], { cwd: folder });
    const { code, out } = await cli(['show', 'app:env'], { cwd: folder });
    expect(code).toBe(0);
    expect(out).toContain('  env: func(name: string) -> option<string>\n');
    expect(out).toMatch(/ {2}wasi:cli\/environment@0\.2\.\d+ {2}not granted: add "wasi:cli" to imports\n/);
    expect(out).toContain('  world ');
    const shown = JSON.parse((await cli(['show', '--json', 'app:env'], { cwd: folder })).out) as { method: string };
    expect(shown.method).toBe('env');
  });

  test.each([
    [
      'limits: {max_execution_ms: 50, max_memory_mb: 3}\n    meta: {options: {unwrap: true, timeout: 2s, retry: {max_attempts: 3}}}',
      /^limits: {2}50 ms of execution, 3 MB of memory\noptions: unwrap, timeout 2000 ms, up to 3 attempts\n/m,
    ],
    ['limits: {max_memory_mb: 3}', /^pool: .*\nlimits: {2}3 MB of memory\n\n?/m],
    ['meta: {options: {timeout: 1}}', /^pool: .*\noptions: timeout 1 ms\n/m],
    ['limits: {max_execution_ms: 0}\n    meta: {options: {unwrap: false}}', /^pool: [^\n]*\n$/m],
  ])('show prints what bounds calls and what they default to: %s', async (fields, expected) => {
    const entry = `  - name: f\n    kind: function.lua\n    source: return function() end\n    method: f\n    ${fields}\n`;
    const folder = folderWith({ 'registry/r.yaml': `namespace: a\nentries:\n${entry}` });
    const { out, err } = await cli(['show', 'a:f'], { cwd: folder });
    expect(err).toBe('');
    expect(out).toMatch(expected);
  });

  test('show of what is not there names the nearest', async () => {
    const { code, err } = await cli(['show', 'myns:greeet'], AT_ROOT);
    expect(code).toBe(1);
    expect(err).toContain('did you mean myns:greet?');
  });
});
