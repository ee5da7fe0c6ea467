/** What a script from the command line may reach. */
import { expect, test } from 'vitest';
import { httpServer } from '../net/support.js';
import { folderWith } from './folders.js';
import { cli } from './run-cli.js';

const SCRIPT = 'local r, err = http_client.get(arg[1]) if err then error(err) end print(r.body)';

test('a script reaches nothing, and is told how it may', async () => {
  const port = await httpServer((_request, response) => response.end('secret'));
  const folder = folderWith({ 's.lua': SCRIPT });
  const { code, out, err } = await cli(['run', 's.lua', `http://127.0.0.1:${port}/`], { cwd: folder });
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(
    `not allowed: http://127.0.0.1:${port}/: s.lua may not reach 127.0.0.1:${port}: run it with --allow-host 127.0.0.1:${port}`,
  );
});

test('a script reaches what --allow-host names', async () => {
  const port = await httpServer((_request, response) => response.end('hello'));
  const folder = folderWith({ 's.lua': SCRIPT });
  const args = ['run', '--allow-host', `example.com, localhost:${port}`, 's.lua', `http://localhost:${port}/`];
  expect(await cli(args, { cwd: folder })).toEqual({ code: 0, out: 'hello\n', err: '' });
});

test('--allow-host with what is no host is refused before anything runs', async () => {
  const folder = folderWith({ 's.lua': 'print("ran")' });
  const { code, out, err } = await cli(['run', '--allow-host', 'http://x/', 's.lua'], { cwd: folder });
  expect(code).not.toBe(0);
  expect(out).toBe('');
  expect(err).toContain('not a host that can be allowed');
});
