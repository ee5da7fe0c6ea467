// The published types in a strict program that checks them too, with and without the DOM's types beside them.
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { ROOT } from '../host/guests.js';
import { installedPackage } from './package.js';

const PROGRAM = `import { createHost, HostError, serveHttp } from 'moonwit';
await using host = await createHost({
  functions: { 'a:f': (n: number) => n },
  imports: { 'a:b/c': { f: (n: number) => n } },
});
const answer: number = await host.call<number>('a:f', [1]);
const serving = await serveHttp(host);
console.log(answer, serving, HostError);
`;

let folder: string;
beforeAll(() => {
  folder = installedPackage();
  mkdirSync(join(folder, 'node_modules', '@types'), { recursive: true });
  for (const name of ['@types/node', 'undici-types'])
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'main.ts'), PROGRAM);
});

test.each([
  [[], ['node']],
  [['DOM'], ['node']],
  [[], []],
])('compile beside the libraries ES2022, ESNext.Disposable and %j, and the types %j', (more, types) => {
  const compilerOptions = {
    strict: true,
    target: 'ES2022',
    module: 'NodeNext',
    lib: ['ES2022', 'ESNext.Disposable', ...more],
    types,
    skipLibCheck: false,
    noEmit: true,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['main.ts'] }));
  expect(problems()).toBe('');
});

function problems(): string {
  const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    return execFileSync(process.execPath, [tsc, '-p', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}
