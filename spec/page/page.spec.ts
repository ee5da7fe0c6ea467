/** Every block of the page runs as it stands there; those that wait for WASI or HTTP say so. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';
import type { Host } from '../../src/host/types.js';
import { ASSETS, block, pageFolder, WASM_BINARIES, withFields } from './blocks.js';

async function withFolder<T>(folder: string, use: (host: Host) => Promise<T>): Promise<T> {
  await using host = await createHost({ registry: folder });
  return await use(host);
}

/** What a script answers that consists of a block and one more line. */
async function runBlock(folder: string, name: string, last: string): Promise<unknown[]> {
  const file = join(folder, name);
  writeFileSync(file, `${block(name)}\n${last}\n`);
  return await withFolder(folder, (host) => host.run(file));
}

async function loadError(folder: string): Promise<HostError> {
  const thrown = await createHost({ registry: folder }).then(
    () => new Error('it loaded'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof HostError)) throw thrown;
  return thrown;
}

describe('inline WAT functions', () => {
  test.each(['inline-wat.yaml', 'wat-file.yaml'])('%s gives 42', async (name) => {
    await withFolder(await pageFolder(block(name)), async (host) => {
      expect(await host.call('myns:answer')).toBe(42);
      expect(host.describe('myns:answer').signature).toBe('answer: func() -> s32');
    });
  });
});

describe('precompiled functions', () => {
  test('the binary of a filesystem entry, with its hash, gives 42 for 6 and 7', async () => {
    await withFolder(await pageFolder(block('precompiled.yaml')), async (host) => {
      expect(await host.call('myns:compute', [6, 7])).toBe(42);
      expect(host.describe('myns:compute').pool).toMatchObject({ type: 'lazy', maxSize: 4 });
    });
  });

  test('a hash that is not the binary’s loads nothing, and both are printed', async () => {
    const wrong = '292b796376f8b4cc360acf2ea6b82d1084871c3607a079f30b446da8e5c984a4';
    const folder = await pageFolder(block('precompiled.yaml').replace('...', wrong));
    const { kind, message } = await loadError(folder);
    expect(kind).toBe('Invalid');
    expect(message).toContain(`_index.yaml:12:11: myns:compute: `);
    expect(message).toContain(wrong);
    expect(message).toContain('3480a1a6dcca14fb324a6dcca24d5037e4ca3880952a562c2f120e9aa6cbe0c9');
  });

  test.each(['path', 'fs', 'hash', 'method'])('%s is required', async (field) => {
    const text = block('precompiled.yaml').replace(new RegExp(`^ +${field}: .*\\n`, 'm'), '');
    const { message } = await loadError(await pageFolder(text));
    expect(message).toContain('myns:compute');
    expect(message).toMatch(new RegExp(`\\b${field}\\b.*required|required.*\\b${field}\\b`));
  });
});

describe('pools', () => {
  const ENTRY = ASSETS + block('payload.yaml').replace(/^ {2}pool:\n.*\n/m, '');

  test.each([
    ['pool-static.yaml', { type: 'static', size: 4, workers: 2, buffer: 16 }],
    ['pool-lazy.yaml', { type: 'lazy', maxSize: 8 }],
    ['pool-adaptive.yaml', { type: 'adaptive', maxSize: 16, warmStart: true }],
  ])('%s gives the same answers, again and again', async (name, pool) => {
    await withFolder(await pageFolder(withFields(ENTRY, block(name))), async (host) => {
      expect(host.describe('myns:compute').pool).toMatchObject(pool);
      const numbers = Array.from({ length: 20 }, (_, index) => index);
      const answers = await Promise.all(numbers.map((each) => host.call('myns:compute', [each, 7])));
      expect(answers).toEqual(numbers.map((each) => each * 7));
    });
  });

  test('inline makes an instance for every call', async () => {
    await withFolder(await pageFolder(ASSETS + block('payload.yaml')), async (host) => {
      for (const each of [1, 2, 3]) expect(await host.call('myns:compute', [each, 7])).toBe(each * 7);
      expect(host.describe('myns:compute').poolStats).toMatchObject({ created: 3, destroyed: 3, idle: 0 });
    });
  });

  test.each([
    ['type: static\n  workers: 2', { size: 2, workers: 2, buffer: 128 }],
    ['type: static\n  workers: 3', { buffer: 192 }],
    ['type: lazy', { maxSize: 100 }],
    ['type: adaptive', { maxSize: 100, warmStart: false }],
  ])('the defaults of %j', async (text, pool) => {
    await withFolder(await pageFolder(withFields(ENTRY, `pool:\n  ${text}\n`)), async (host) => {
      expect(host.describe('myns:compute').pool).toMatchObject(pool);
      expect(await host.call('myns:compute', [6, 7])).toBe(42);
    });
  });
});

describe('the payload transport', () => {
  test('Lua arguments are the parameters: 6 and 7 give 42', async () => {
    const folder = await pageFolder(ASSETS + block('payload.yaml'));
    expect(await runBlock(folder, 'payload.lua', 'return result, err')).toEqual([42, undefined]);
  });

  test('may be named', async () => {
    const folder = await pageFolder(ASSETS + withFields(block('payload.yaml'), 'transport: payload\n'));
    expect(await runBlock(folder, 'payload.lua', 'return result')).toEqual([42]);
  });
});

describe('the pipeline', () => {
  test('transforms and filters the three users', async () => {
    const folder = await pageFolder(block('pipeline.yaml'));
    const [transformed, active, err] = await runBlock(folder, 'pipeline.lua', 'return transformed, active, err');
    const view = { id: 1, name: 'Alice', display: 'Alice (admin, dev)', tags: ['admin', 'dev'], 'tag-count': 2 };
    expect(transformed).toEqual([
      { ...view, active: true },
      { id: 2, name: 'Bob', display: 'Bob (user)', tags: ['user'], 'tag-count': 1, active: false },
      { id: 3, name: 'Carol', display: 'Carol (dev)', tags: ['dev'], 'tag-count': 1, active: true },
    ]);
    expect(active).toEqual([
      { id: 1, name: 'Alice', tags: ['admin', 'dev'], active: true },
      { id: 3, name: 'Carol', tags: ['dev'], active: true },
    ]);
    expect(err).toBeUndefined();
  });

  test('a user that does not fit is told with place, signature and Lua line', async () => {
    const folder = await pageFolder(block('pipeline.yaml'));
    const script = block('pipeline.lua')
      .replace('tags = {"user"}', 'tags = 5')
      .replace('transformed, err', 'transformed, bad');
    writeFileSync(join(folder, 'bad.lua'), `${script}\nreturn bad:message(), bad:kind(), bad:stack()`);
    const [message, kind, stack] = await withFolder(folder, (host) => host.run(join(folder, 'bad.lua')));
    expect(message).toBe(
      'myns:transform_users: argument 1 (users): [2].tags: expected list<string>, got number 5\n' +
        '  transform-users: func(users: list<user>) -> list<user-view>',
    );
    expect(kind).toBe('Invalid');
    expect(stack).toContain('bad.lua:10:');
  });
});

describe('limits', () => {
  test('are accepted, and a call within them answers', async () => {
    const folder = await pageFolder(ASSETS + withFields(block('payload.yaml'), block('limits.yaml')));
    await withFolder(folder, async (host) => expect(await host.call('myns:compute', [6, 7])).toBe(42));
  });

  test('max_memory_mb is accepted', async () => {
    const fields = 'limits:\n  max_execution_ms: 5000\n  max_memory_mb: 64\n';
    const folder = await pageFolder(ASSETS + withFields(block('payload.yaml'), fields));
    await withFolder(folder, async (host) => expect(await host.call('myns:compute', [6, 7])).toBe(42));
  });
});

describe('WASI', () => {
  const SLEEP = block('sleep.yaml');

  test('the block that sleeps loads, with its imports granted', async () => {
    await withFolder(await pageFolder(WASM_BINARIES + SLEEP), async (host) => {
      const { imports, method } = host.describe('myns:sleep_ms');
      expect(method).toBe('test-sleep#sleep-ms');
      expect(imports?.map(({ name, state }) => `${name} ${state}`)).toEqual([
        'wasi:io/poll@0.2.0 granted',
        'wasi:clocks/monotonic-clock@0.2.0 granted',
      ]);
    });
  });

  test('its call sleeps as long as it is told, also from Lua', async () => {
    const folder = await pageFolder(WASM_BINARIES + SLEEP);
    writeFileSync(join(folder, 'sleep.lua'), 'return funcs.call("myns:sleep_ms", 5)');
    await withFolder(folder, async (host) => {
      const start = performance.now();
      await host.call('myns:sleep_ms', [20]);
      expect(performance.now() - start).toBeGreaterThanOrEqual(20);
      expect((await host.run(join(folder, 'sleep.lua')))[1]).toBeUndefined();
    });
  });

  test('without the grant its call says which line would grant it', async () => {
    const text = SLEEP.replace(/^ {4}- wasi:clocks\n/m, '');
    await withFolder(await pageFolder(WASM_BINARIES + text), async (host) => {
      await expect(host.call('myns:sleep_ms', [5])).rejects.toMatchObject({
        kind: 'PermissionDenied',
        message:
          'myns:sleep_ms called wasi:clocks/monotonic-clock#subscribe-duration, which its entry does not grant: add "wasi:clocks" to imports',
      });
    });
  });

  test('a misspelt group is a load error', async () => {
    const { message } = await loadError(await pageFolder(WASM_BINARIES + SLEEP.replace('wasi:clocks', 'wasi:clock')));
    expect(message).toContain('unsupported wasm host import: wasi:clock\n');
    expect(message).toContain('did you mean wasi:clocks?');
  });

  test('the wasi block names what it refers to, where it is not there', async () => {
    const { message } = await loadError(
      await pageFolder(ASSETS + withFields(block('payload.yaml'), block('wasi.yaml'))),
    );
    for (const id of ['api_key', 'debug_mode'])
      expect(message).toContain(`environment variable not found: myns:${id}\n`);
    for (const id of ['data_files', 'output'])
      expect(message).toContain(`wasi mount filesystem not found: myns:${id}\n`);
    expect(message).toContain('4 problems in 1 file');
  });

  describe('the wasi block', () => {
    const REFERRED = `- name: secrets
  kind: env.storage.static
  values:
    API_KEY: k-123
- name: api_key
  kind: env.variable
  storage: myns:secrets
  variable: API_KEY
- name: debug_mode
  kind: env.variable
  storage: myns:secrets
  variable: DEBUG_MODE
- name: data_files
  kind: fs.directory
  directory: ./data
  auto_init: true
- name: output
  kind: fs.directory
  directory: ./output
  auto_init: true
`;
    const guest = (name: string, path: string, method: string) =>
      withFields(
        `- name: ${name}\n  kind: function.wasm\n  fs: myns:assets\n  path: /${path}\n  hash: sha256:...\n  method: ${method}\n`,
        `imports: [wasi:cli, wasi:io, wasi:clocks, wasi:filesystem]\n${block('wasi.yaml')}`,
      );
    const entries = () =>
      [
        ASSETS + REFERRED,
        guest('environment', 'env.wasm', 'environment'),
        guest('arguments', 'env.wasm', 'arguments'),
        guest('cwd', 'env.wasm', 'initial-cwd'),
        guest('attempt', 'attempts.wasm', 'attempt'),
      ].join('\n');

    test('gives a guest its arguments, its folder and the variables that have a value', async () => {
      await withFolder(await pageFolder(entries()), async (host) => {
        expect(await host.call('myns:arguments')).toEqual(['--verbose']);
        expect(await host.call('myns:cwd')).toBe('/app');
        expect(await host.call('myns:environment')).toEqual([['API_KEY', 'k-123']]);
      });
    });

    test('lets it read /data and write /output, and nothing else', async () => {
      const folder = await pageFolder(entries());
      writeFileSync(join(folder, 'data', 'users.csv'), 'Ada');
      await withFolder(folder, async (host) => {
        const attempt = (op: string, path: string, text = '') => host.call('myns:attempt', [op, path, text]);
        expect(await attempt('preopens', '')).toEqual({ ok: '0=/data 1=/output' });
        expect(await attempt('read', '0:users.csv')).toEqual({ ok: 'Ada' });
        expect(await attempt('write', '0:users.csv', 'Eve')).toEqual({ err: 'read-only' });
        expect(await attempt('write', '1:report.txt', 'done')).toMatchObject({ ok: expect.anything() });
        expect(await attempt('read', '1:../data/users.csv')).toEqual({ err: 'not-permitted' });
        expect(readFileSync(join(folder, 'data', 'users.csv'), 'utf8')).toBe('Ada');
        expect(readFileSync(join(folder, 'output', 'report.txt'), 'utf8')).toBe('done');
      });
    });

    test('keeps the guest from running where a required variable has no value', async () => {
      const text = entries().replace('    API_KEY: k-123', '    OTHER: x');
      await withFolder(await pageFolder(text), async (host) => {
        await expect(host.call('myns:arguments')).rejects.toMatchObject({
          kind: 'NotFound',
          message: expect.stringContaining('required wasi env variable not found: myns:api_key'),
        });
      });
    });
  });

  test.each([
    ['cwd', '"/app"', '"app"', 'cwd'],
    ['guest', 'guest: /data', 'guest: data', 'guest'],
    ['two mounts at one place', '/output\n', '/x/../data/\n', '/data'],
    ['two variables of one name', 'name: DEBUG', 'name: API_KEY', 'API_KEY'],
  ])('paths are absolute, mounts and names unique: %s', async (_, old, changed, text) => {
    const wasi = block('wasi.yaml').replace(old, changed);
    expect(wasi).not.toBe(block('wasi.yaml'));
    const { message } = await loadError(await pageFolder(ASSETS + withFields(block('payload.yaml'), wasi)));
    expect(message).toContain('5 problems in 1 file');
    expect(message).toContain(text);
  });
});

describe('the page behind HTTP', () => {
  test('the block with wasi-http and its endpoint loads as it stands', async () => {
    await withFolder(await pageFolder(ASSETS + block('http.yaml')), async (host) => {
      expect(host.list().map(({ id }) => id)).toContain('myns:greet_wasm');
      expect(await host.call('myns:greet_wasm', ['Ada'])).toBe('Hello, Ada!');
    });
  });

  test('the same function serves through the payload transport', async () => {
    const [greet] = block('http.yaml').split('\n\n') as [string];
    const folder = await pageFolder(ASSETS + greet.replace('wasi-http', 'payload'));
    await withFolder(folder, async (host) => expect(await host.call('myns:greet_wasm', ['Ada'])).toBe('Hello, Ada!'));
  });
});
