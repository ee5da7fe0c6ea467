/**
 * What an idle call thread costs, in bytes: `node idle-thread.mjs lua|guest` starts one host with one thread and then seven
 * more, lets them come to rest, and prints the difference per thread. In a process of its own, since it reads the process's memory.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const THREADS = 8;
const { createHost } = (await import(pathToFileURL(join('dist', 'index.js')).href)) as typeof import('../src/index.js');
const withLua = process.argv[2] === 'lua';
const FOLDER = join('.cache', 'bench', 'idle');
mkdirSync(FOLDER, { recursive: true });
const script = join(FOLDER, 'busy.lua');
writeFileSync(script, 'for _ = 1, 20000000 do end');

const WORK = `(module (func (export "work") (param i32) (result i32)
  (loop $more (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if $more (local.get 0))) (i32.const 7)))`;
const host = await createHost({
  threads: THREADS,
  registry: {
    namespace: 'idle',
    entries: [
      { name: 'work', kind: 'function.wat', source: WORK, method: 'work', pool: { type: 'lazy', max_size: THREADS } },
    ],
  },
});

/** As many calls at once that keep a thread busy for a while. */
const busy = (count: number) =>
  Promise.all(
    Array.from({ length: count }, () => (withLua ? host.run(script) : host.call('idle:work', [400_000_000]))),
  );
const settled = async () => {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  globalThis.gc?.();
  return process.memoryUsage.rss();
};

await busy(1);
const one = await settled();
await busy(THREADS);
const all = await settled();
const threads = host.stats().threads?.threads ?? 0;
if (threads < THREADS) throw new Error(`${threads} threads of ${THREADS} were started`);
console.log(Math.round((all - one) / (threads - 1)));
process.exit(0);
