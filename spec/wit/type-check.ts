/** The compiler of TypeScript over files that a spec has written, under strict and without anybody's configuration. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const TSC = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));

/** @returns '' where all is right, or what the compiler says */
export function typeProblems(module: 'esnext' | 'nodenext', files: readonly string[]): string {
  const flags = ['--noEmit', '--strict', '--target', 'es2022', '--module', module, '--ignoreConfig', '--types', ''];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [TSC, ...flags, ...files], {
    encoding: 'utf8',
  });
  if (error !== undefined) throw error;
  return status === 0 ? stdout + stderr : `failed: ${stdout}${stderr}`;
}
