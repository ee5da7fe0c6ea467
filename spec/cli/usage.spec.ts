import { describe, expect, test } from 'vitest';
import { AT_ROOT, temporary } from './folders.js';
import { cli } from './run-cli.js';

describe('usage', () => {
  test.each([['--help'], ['help'], ['run', '--help'], ['help', 'call']])(
    '%s %s prints help and succeeds',
    async (...args) => {
      const { code, out, err } = await cli(args, AT_ROOT);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toMatch(/^Usage: moonwit/);
    },
  );

  test.each(['run', 'call', 'list', 'check', 'show', 'init', 'add'])(
    '%s --help has examples that start with moonwit',
    async (name) => {
      const { out } = await cli([name, '--help'], AT_ROOT);
      expect(out).toMatch(new RegExp(`Examples:\\n {2}# .*\\n {2}moonwit ${name}\\b`));
    },
  );

  test('--version prints the version', async () => {
    expect(await cli(['--version'], AT_ROOT)).toEqual({ code: 0, out: '9.9.9\n', err: '' });
  });

  test.each<[string, string[], string]>([
    ['an unknown command', ['rnu'], "unknown command 'rnu'"],
    ['an unknown option', ['list', '--jsno'], "unknown option '--jsno'"],
    ['a missing argument', ['call'], "missing required argument 'id'"],
    ['an argument too many', ['list', 'x'], 'too many arguments'],
    ['a registry that is not there', ['list', '-r', 'nowhere'], '--registry nowhere: no such folder'],
    [
      'an option before its command',
      ['--timeout', '5s', 'call', 'a:b'],
      'It follows the command: moonwit call --timeout …',
    ],
    ['a file without a name', ['call', 'myns:greet', '@'], 'argument 1: @ names no file: write @FILE, or - for'],
    ['an argument that is no JSON', ['call', 'myns:greet', 'Ada'], 'a string needs its own quotes'],
    ['a timeout that is none', ['call', 'myns:answer', '--timeout', 'soon'], '--timeout soon: expected milliseconds'],
    ['a timeout of 0', ['call', 'myns:answer', '--timeout', '0s'], '--timeout 0s: expected more than 0'],
  ])('%s is exit code 2 with a hint', async (_, args, text) => {
    const { code, out, err } = await cli(args, AT_ROOT);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(text);
    expect(err).toMatch(/See: moonwit .*--help\n$/);
  });

  test.each<[string, string[], string, string]>([
    ['an unknown option', ['call', '--json', '--tiemout', '5'], "unknown option '--tiemout'", 'moonwit call --help'],
    ['a missing argument', ['call', '--json'], "missing required argument 'id'", 'moonwit call --help'],
    ['a registry that is not there', ['list', '--json', '-r', 'no'], '--registry no: no such', 'moonwit list --help'],
    ['an argument that is no JSON', ['call', 'myns:greet', 'Ada', '--json'], 'is not JSON', 'moonwit call --help'],
    ['an unknown command', ['clal', '--json'], "unknown command 'clal'", 'moonwit --help'],
  ])('%s with --json is JSON on the output, and exit code 2', async (_, args, text, usage) => {
    const { code, out, err } = await cli(args, AT_ROOT);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    const { error } = JSON.parse(out) as { error: { kind: string; message: string; details: object } };
    expect(error).toMatchObject({ kind: 'Invalid', details: { usage } });
    expect(error.message).toContain(text);
    expect(error.message).not.toMatch(/^error:/);
  });

  test.each([
    ['a command that has no --json', ['run', '--json', 's.lua']],
    ["a --json that is the script's", ['run', 'nowhere.lua', '--json']],
    ['a --json behind --', ['call', 'myns:nope', '--', '--json']],
  ])('%s leaves errors as text', async (_, args) => {
    const { code, out, err } = await cli(args, AT_ROOT);
    expect(code).toBeGreaterThan(0);
    expect(out).toBe('');
    expect(err).toMatch(/^error: /);
  });

  test('without a registry anywhere the next step is told', async () => {
    const { code, err } = await cli(['list'], { cwd: temporary() });
    expect(code).toBe(2);
    expect(err).toContain(
      'no folder "registry" here or above: name one with --registry DIR, or make one with: moonwit init',
    );
  });
});

test('--json before its command is told in JSON that it follows it', async () => {
  const { code, out } = await cli(['--json', 'call', 'myns:answer'], AT_ROOT);
  expect(code).toBe(2);
  expect(out).toContain("unknown option '--json': It follows the command: moonwit call --json …");
});
