import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';

async function failure(run: () => Promise<unknown>): Promise<HostError> {
  const thrown = await run().then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(HostError);
  return thrown as HostError;
}

const scriptOf = (text: string): string => {
  const file = join(mkdtempSync(join(tmpdir(), 'moonwit-options-')), 's.lua');
  writeFileSync(file, text);
  return file;
};

describe('createHost()', () => {
  test.each<[object, string, string]>([
    [{ thread: 2 }, 'thread', 'createHost has no option thread: did you mean threads?'],
    [{ Functions: {} }, 'Functions', 'createHost has no option Functions: did you mean functions?'],
    [{ threads: -1 }, 'threads', 'createHost: threads: expected a whole number from 0, got number -1'],
    [{ threads: Number.NaN }, 'threads', 'createHost: threads: expected a whole number from 0, got number NaN'],
    [{ threads: '2' }, 'threads', 'createHost: threads: expected a whole number from 0, got string "2"'],
    [{ threads: 1.5 }, 'threads', 'createHost: threads: expected a whole number from 0, got number 1.5'],
    [{ closeGrace: -1 }, 'closeGrace', 'createHost: closeGrace: expected milliseconds from 0, got number -1'],
    [
      { registry: 5 },
      'registry',
      'createHost: registry: expected the path of a folder, a document or a list of documents, got number 5',
    ],
    [{ functions: [] }, 'functions', 'createHost: functions: expected an object, got a list'],
    [
      { functions: { 'app:now': 'now' } },
      'functions["app:now"]',
      'createHost: functions["app:now"]: expected a function, got string "now"',
    ],
    [
      { imports: { 'acme:shop/prices': 3 } },
      'imports["acme:shop/prices"]',
      'createHost: imports["acme:shop/prices"]: expected an object of functions, or a function, got number 3',
    ],
    [{ print: 'yes' }, 'print', 'createHost: print: expected a function, got string "yes"'],
    [{ stdio: 'pipe' }, 'stdio', 'createHost: stdio: expected one of "log", "inherit", "programs", got string "pipe"'],
    [
      { allowedHosts: 'example.org' },
      'allowedHosts',
      'createHost: allowedHosts: expected a list of strings, got string "example.org"',
    ],
    [
      { scriptLimits: { luaMS: 5 } },
      'scriptLimits.luaMS',
      'createHost has no option scriptLimits.luaMS: did you mean scriptLimits.luaMs?',
    ],
    [
      { scriptLimits: { stringBytes: null } },
      'scriptLimits.stringBytes',
      'createHost: scriptLimits.stringBytes: expected a whole number from 1, got null',
    ],
  ])('refuses %j', async (options, option, message) => {
    const error = await failure(() => createHost(options));
    expect(error).toMatchObject({ kind: 'Invalid', message });
    expect(error.details).toMatchObject({ option });
  });

  // The host of the built specs is made with an object of its own.
  test.skipIf(process.env.MOONWIT_SPEC === 'threads')('refuses what is no object', async () => {
    const error = await failure(() => createHost('registry' as unknown as object));
    expect(error.message).toBe('createHost: options: expected an object, got string "registry"');
  });

  test('takes undefined for an option that is left out, and threads from 0', async () => {
    const host = await createHost({ registry: undefined, threads: 0 } as object);
    expect(host.list()).toEqual([]);
    await host.close();
  });
});

describe('calls and scripts', () => {
  test.each<[object, string]>([
    [{ timeOut: 5 }, 'host.call has no option timeOut: did you mean timeout?'],
    [{ timeout: Number.NaN }, 'host.call: timeout: expected milliseconds above 0, got number NaN'],
    [{ timeout: -1 }, 'host.call: timeout: expected milliseconds above 0, got number -1'],
    [{ timeout: 0 }, 'host.call: timeout: expected milliseconds above 0, got number 0'],
    [{ signal: {} }, 'host.call: signal: expected an AbortSignal, got an object'],
  ])('host.call refuses %j', async (options, message) => {
    const host = await createHost({ functions: { 'app:one': () => 1 }, threads: 0 });
    expect((await failure(() => host.call('app:one', [], options))).message).toBe(message);
    await host.close();
  });

  test.each<[unknown, unknown, string]>([
    ['app:one', 'Ada', 'host.call: args: expected a list, got string "Ada"'],
    ['app:one', null, 'host.call: args: expected a list, got null'],
    ['app:one', { 0: 1 }, 'host.call: args: expected a list, got an object'],
    [5, [], 'host.call: id: expected a string, got number 5'],
    [undefined, [], 'host.call: id: expected a string, got undefined'],
  ])('host.call(%j, %j) is refused', async (id, args, message) => {
    const host = await createHost({ functions: { 'app:one': () => 1 }, threads: 0 });
    const error = await failure(() => host.call(id as string, args as unknown[]));
    expect(error).toMatchObject({ kind: 'Invalid', message });
    await host.close();
  });

  test.each<[object, string]>([
    [{ arg: [] }, 'host.run has no option arg: did you mean args?'],
    [{ args: null }, 'host.run: args: expected a list, got null'],
    [{ args: 'a' }, 'host.run: args: expected a list, got string "a"'],
    [{ limits: { memory: 5 } }, 'host.run has no option limits.memory: it has luaMs, instructions, '],
    [{ limits: { instructions: 0 } }, 'host.run: limits.instructions: expected a whole number from 1, or null'],
  ])('host.run refuses %j', async (options, message) => {
    const host = await createHost({ threads: 0 });
    expect((await failure(() => host.run(scriptOf(''), options))).message).toContain(message);
    await host.close();
  });
});

describe('a script that exceeds', () => {
  const LOOP = 'local function spin()\n  while true do end\nend\nspin()';
  const STRINGS = 'local t = {}\nfor i = 1, 1e6 do\n  t[i] = ("x"):rep(1000) .. i\nend';

  test.each<[string, string, object, object, string, string]>([
    ['the host’s instructions', LOOP, { scriptLimits: { instructions: 50_000 } }, {}, 'Timeout', ':2: '],
    ['its own instructions', LOOP, {}, { limits: { instructions: 50_000 } }, 'Timeout', ':2: '],
    ['its strings', STRINGS, {}, { limits: { stringBytes: 1_000_000 } }, 'Unavailable', ':3: '],
    ['its Lua time', LOOP, {}, { limits: { luaMs: 500 } }, 'Timeout', ':2: '],
    ['its timeout', LOOP, {}, { timeout: 600 }, 'Timeout', ':2: '],
  ])('%s ends there, and the error has the line', async (_, text, options, runOptions, kind, place) => {
    const host = await createHost(options);
    // Its time is for the script, not for what is loaded before the first one.
    await host.run(scriptOf('return 1'));
    const error = await failure(() => host.run(scriptOf(text), runOptions));
    expect(error.kind).toBe(kind);
    expect(error.luaStack?.split('\n')[0]).toContain(`s.lua${place}`);
    await host.close();
  });

  test('its timeout is told as its own, while it waits as well', async () => {
    const host = await createHost();
    await host.run(scriptOf('return 1'));
    const error = await failure(() => host.run(scriptOf('\ntime.sleep("1h")'), { timeout: 600 }));
    expect(error).toMatchObject({ kind: 'Timeout', message: 's.lua exceeded its timeout of 600 ms' });
    expect(error.luaStack).toContain('s.lua:2: in main chunk');
    await host.close();
  });

  test('what host.run says wins over what createHost says', async () => {
    const host = await createHost({ scriptLimits: { instructions: 50_000 } });
    const text = 'for i = 1, 200000 do end return 1';
    expect(await host.run(scriptOf(text), { limits: { instructions: null } })).toEqual([1]);
    expect((await failure(() => host.run(scriptOf(text)))).details).toMatchObject({ limit: 'instructions' });
    await host.close();
  });
});
