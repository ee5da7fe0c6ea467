/** Guests that are programs, as the command line runs them: the terminal is theirs, and their exit code the command's. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GUESTS, guestHash, ROOT } from '../host/guests.js';

const CLI = join(process.env.MOONWIT_DIST ?? join(ROOT, 'dist'), 'cli.js');

const PROGRAMS: readonly (readonly [kind: string, binary: string, method: string])[] = [
  ['a component', 'command', 'wasi:cli/run#run'],
  ['a core module', 'core/command', '_start'],
];

/** A folder with a registry of programs: `app:NAME` runs with these arguments. */
function programs(binary: string, method: string, names: { readonly [name: string]: readonly string[] }): string {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-programs-'));
  mkdirSync(join(folder, 'registry'));
  copyFileSync(join(GUESTS, `${binary}.wasm`), join(folder, 'registry', 'command.wasm'));
  const entries = Object.entries(names).map(
    ([name, args]) => `  - name: ${name}
    kind: function.wasm
    fs: app:here
    path: /command.wasm
    hash: ${guestHash(binary)}
    method: ${method}
    imports: [wasi:cli, wasi:io, wasi:clocks, wasi:filesystem, wasi:random]
    wasi:
      args: ${JSON.stringify(['command', ...args])}
`,
  );
  const head = 'namespace: app\nentries:\n  - name: here\n    kind: fs.directory\n    directory: .\n';
  writeFileSync(join(folder, 'registry', '_index.yaml'), head + entries.join(''));
  return folder;
}

function moonwit(cwd: string, args: readonly string[], input: string | Uint8Array = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], { cwd, input, timeout: 110_000 });
  return { status, out: stdout, err: stderr.toString() };
}

describe.each(PROGRAMS)('%s that is a program', (_, binary, method) => {
  test('has the standard streams to itself, byte by byte', () => {
    const cwd = programs(binary, method, { cat: ['cat'] });
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7) % 256));
    const { status, out, err } = moonwit(cwd, ['call', 'app:cat'], bytes);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out.equals(bytes)).toBe(true);
  });

  test('keeps output and errors apart', () => {
    const cwd = programs(binary, method, { echo: ['echo', 'hello'], complain: ['complain', 'oh no'] });
    expect(moonwit(cwd, ['call', 'app:echo']).out.toString()).toMatch(/^hello\n?$/);
    const { out, err } = moonwit(cwd, ['call', 'app:complain']);
    expect(out).toHaveLength(0);
    expect(err).toMatch(/^oh no\n?$/);
  });

  test('gives its exit code to the command', () => {
    const cwd = programs(binary, method, { good: ['exit', '0'], bad: ['exit', '1'], wrong: ['cat', '/nowhere'] });
    expect(moonwit(cwd, ['call', 'app:good'])).toMatchObject({ status: 0, err: '' });
    expect(moonwit(cwd, ['call', 'app:bad'])).toMatchObject({ status: 1, err: '' });
    const { status, err } = moonwit(cwd, ['call', 'app:wrong']);
    expect(status).toBe(1);
    expect(err).toMatch(/^\/nowhere: /);
  });

  test('that traps is an error of the command', () => {
    const cwd = programs(binary, method, { abort: ['abort'] });
    const { status, err } = moonwit(cwd, ['call', 'app:abort']);
    expect(status).toBe(1);
    expect(err).toContain('wasm trap: unreachable');
  });

  test('that reads what never comes ends with its time, and so does the command', async () => {
    const cwd = programs(binary, method, { cat: ['cat'] });
    // Its input is a pipe that stays open.
    const child = spawn(process.execPath, [CLI, 'call', '--timeout', '100', 'app:cat'], { cwd });
    let err = '';
    child.stderr.on('data', (bytes) => {
      err += bytes;
    });
    const [status] = await once(child, 'close');
    expect(err).toContain('did not answer within its timeout of 100 ms');
    expect(status).toBe(1);
    child.stdin.destroy();
  });

  test('that is called by a script writes to the same streams, once for each call', () => {
    const cwd = programs(binary, method, { echo: ['echo', 'hello'] });
    writeFileSync(join(cwd, 'twice.lua'), 'for _ = 1, 2 do assert(select(2, funcs.call("app:echo")) == nil) end');
    const { status, out, err } = moonwit(cwd, ['run', 'twice.lua']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    expect(out.toString().match(/hello/g)).toHaveLength(2);
  });
});

test('a function that is no program writes to the log, on the error stream, so that its answer stays clean', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-programs-'));
  mkdirSync(join(folder, 'registry'));
  copyFileSync(join(GUESTS, 'stdio.wasm'), join(folder, 'registry', 'stdio.wasm'));
  writeFileSync(
    join(folder, 'registry', '_index.yaml'),
    `namespace: app
entries:
  - name: here
    kind: fs.directory
    directory: .
  - name: write
    kind: function.wasm
    fs: app:here
    path: /stdio.wasm
    hash: ${guestHash('stdio')}
    method: write-bytes
    imports: [wasi:cli, wasi:io]
`,
  );
  const { status, out, err } = moonwit(folder, ['call', 'app:write', '"out"', '[104, 105, 10]']);
  expect({ status, out: JSON.parse(out.toString()) }).toEqual({ status: 0, out: { ok: true } });
  expect(JSON.parse(err)).toEqual({
    level: 'info',
    time: expect.any(String),
    function: 'app:write',
    stream: 'stdout',
    msg: 'hi',
  });
});
