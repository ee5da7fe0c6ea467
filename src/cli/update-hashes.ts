/**
 * `moonwit add --update`: a binary was built anew, and the entries that name it say the hash of the old one. Where they say so
 * the registry's own check tells, so what is renewed is exactly what it complains of.
 */
import { createHash } from 'node:crypto';
import { copyFile, readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { HostError } from '../errors.js';
import { registryError } from '../registry/format.js';
import { ANY_INTERFACE } from '../registry/kinds/imports.js';
import { loadRegistry } from '../registry/load.js';
import { nodeFiles } from '../registry/node-files.js';
import type { LoadResult, Problem } from '../registry/types.js';
import { replaceFile } from './documents.js';

interface UpdateRequest {
  readonly folder: string;
  /** The new build. */
  readonly source: string;
  /** Where the registry has it. */
  readonly wasmFile: string;
  readonly bytes: Uint8Array;
}

export interface Updated {
  /** Documents that were changed. */
  readonly files: readonly string[];
  /** Entries that were renewed. */
  readonly ids: readonly string[];
  readonly hash: string;
}

/** @throws HostError NotFound (no entry names the binary), Invalid (the registry has other problems) */
export async function updateHashes({ folder, source, wasmFile, bytes }: UpdateRequest): Promise<Updated> {
  const hash = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  if (source !== wasmFile) await replaceBinary(source, wasmFile);
  const loaded = await load(folder);
  if (loaded.ok) {
    const isNamed = loaded.registry.ofKind('function.wasm').some(({ fields }) => {
      const fs = loaded.registry.getOf('fs.directory', fields.fs);
      return fs !== undefined && resolve(fs.fields.path, `./${fields.path}`) === wasmFile;
    });
    if (isNamed) return { files: [], ids: [], hash };
    throw notNamed(wasmFile);
  }
  const stale = loaded.problems.filter((each) => each.code === 'hash-mismatch' && each.got === hash);
  if (stale.length === 0) throw registryError(loaded);
  const byFile = grouped(stale);
  for (const [file, problems] of byFile) await renew(file, problems, hash);
  const again = await load(folder);
  if (!again.ok) throw registryError(again);
  return { files: [...byFile.keys()], ids: stale.map((each) => each.entry!), hash };
}

function load(root: string): Promise<LoadResult> {
  return loadRegistry({ root, files: nodeFiles(), projectRoot: dirname(root), hostImports: [ANY_INTERFACE] });
}

async function replaceBinary(source: string, target: string): Promise<void> {
  const there = await readFile(target).catch(() => null);
  if (there === null) throw notNamed(target);
  await copyFile(source, target);
}

function notNamed(file: string): HostError {
  return new HostError('NotFound', `no entry names ${basename(file)}: leave out --update to add it`);
}

function grouped(problems: readonly Problem[]): Map<string, Problem[]> {
  const byFile = new Map<string, Problem[]>();
  for (const problem of problems) byFile.set(problem.file, [...(byFile.get(problem.file) ?? []), problem]);
  return byFile;
}

/** Each problem points at the old hash, in quotes or not; what stands around it stays. */
async function renew(file: string, problems: readonly Problem[], hash: string): Promise<void> {
  const lines = (await readFile(file, 'utf8')).split('\n');
  for (const { line, column, endColumn, expected } of problems) {
    const text = lines[line - 1] ?? '';
    const written = text.slice(column - 1, endColumn - 1);
    if (expected === null || !written.includes(expected)) {
      throw new HostError(
        'Invalid',
        `${file}:${line}:${column}: the hash is not written here as it is: change it by hand`,
      );
    }
    lines[line - 1] = text.slice(0, column - 1) + written.replace(expected, hash) + text.slice(endColumn - 1);
  }
  await replaceFile(file, lines.join('\n'));
}
