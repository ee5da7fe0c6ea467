/** What a call thread loads: nothing that its functions do not need. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guestEntry, ROOT, registryOf } from '../host/guests.js';

const DIST = process.env.MOONWIT_DIST ?? join(ROOT, 'dist');

/** Runs in every thread of the process: writes down what is loaded there, again and again. */
const WATCH = `
  import { renameSync, writeFileSync } from 'node:fs';
  import { threadId } from 'node:worker_threads';
  const place = (end) => new URL(threadId + end, import.meta.url);
  // A thread that is ended meanwhile leaves no half of it.
  const tell = () => {
    writeFileSync(place('.new'), JSON.stringify(process.moduleLoadList));
    renameSync(place('.new'), place('.json'));
  };
  setInterval(tell, 10).unref();`;

const RUN = (registry: object) => `
  import { existsSync, rmSync } from 'node:fs';
  import { Worker } from 'node:worker_threads';
  import { createHost } from ${JSON.stringify(join(DIST, 'index.js'))};
  const told = async (thread) => {
    const file = new URL(thread + '.json', import.meta.url);
    // What is there may be from before, and the next one have begun before: the one after that has begun since.
    for (let turn = 0; turn < 2; turn++) {
      rmSync(file, { force: true });
      while (!existsSync(file)) await new Promise((done) => setTimeout(done, 10));
    }
  };
  const bare = new Worker(new URL('bare.mjs', import.meta.url));
  await told(bare.threadId);
  let thread;
  const host = await createHost({ registry: ${JSON.stringify(registry)}, threads: 1, onThread: (worker) => { thread ??= worker.threadId; } });
  await host.call('t:sleep', [1n]);
  await host.call('t:draw', [1n]);
  await told(thread);
  console.log(JSON.stringify({ bare: bare.threadId, thread }));
  await host.close();
  await bare.terminate();`;

test('a thread whose guests have clocks and random numbers has none of Node’s modules for sockets and HTTP', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-modules-'));
  const registry = registryOf(
    guestEntry('sleep', 'sleep', 'test-sleep#sleep-ms', { imports: ['wasi:io', 'wasi:clocks'] }),
    guestEntry('draw', 'random', 'get-random-bytes', { imports: ['wasi:random'] }),
  );
  writeFileSync(join(folder, 'watch.mjs'), WATCH);
  writeFileSync(join(folder, 'bare.mjs'), 'setInterval(() => {}, 1000);');
  writeFileSync(join(folder, 'run.mjs'), RUN(registry));
  const out = execFileSync(process.execPath, ['--import', './watch.mjs', 'run.mjs'], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 110_000,
  });
  const { bare, thread } = JSON.parse(out) as { bare: number; thread: number };
  const loaded = (id: number) => JSON.parse(readFileSync(join(folder, `${id}.json`), 'utf8')) as string[];
  const own = new Set(loaded(thread));
  for (const each of loaded(bare)) own.delete(each);
  const names = [...own].map((each) => each.replace(/^NativeModule /, ''));
  expect(names).toContain('crypto');
  expect(names.filter((name) => /^(?:net|tls|dgram|dns|https?2?|_http_\w+|child_process|cluster)$/.test(name))).toEqual(
    [],
  );
});

/** The texts of a built file and of all that it loads with it, by name. */
function loadedWith(entry: string, texts = new Map<string, string>()): Map<string, string> {
  if (texts.has(entry)) return texts;
  const text = readFileSync(join(DIST, entry), 'utf8');
  texts.set(entry, text);
  for (const [, name] of text.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) loadedWith(name!, texts);
  return texts;
}

/** In the sources of Fengari and of the VM. */
const LUA = 'attempt to compare two';

test('Lua’s VM is loaded by a thread when Lua comes, and not before', () => {
  const texts = [...loadedWith('call-thread.js').values()];
  expect(texts.filter((text) => text.includes(LUA))).toEqual([]);
  const [vm] = texts.flatMap((text) => /import\("\.\/(vm-\w+\.js)"\)/.exec(text)?.slice(1) ?? []);
  expect([...loadedWith(vm!).values()].some((text) => text.includes(LUA))).toBe(true);
});

test('what is built is ASCII: V8 would keep a chunk with one other letter at two bytes a letter, on every thread', () => {
  for (const name of readdirSync(DIST).filter((each) => each.endsWith('.js'))) {
    expect(/[^\0-\x7f]/.exec(readFileSync(join(DIST, name), 'utf8'))?.[0], name).toBe(undefined);
  }
});

test('nothing that is built loads preview2-shim, and nobody who installs it gets it', () => {
  const files = readdirSync(DIST).filter((name) => name.endsWith('.js'));
  expect(files).toContain('call-thread.js');
  for (const name of files) expect(readFileSync(join(DIST, name), 'utf8'), name).not.toContain('preview2-shim');
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  expect(Object.keys({ ...dependencies, ...peerDependencies })).not.toContain('@bytecodealliance/preview2-shim');
});
