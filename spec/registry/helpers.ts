/** Registries for tests: YAML texts, with files beside them in a folder of their own where a test needs any. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { formatProblems } from '../../src/registry/format.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import type { LoadFailure, LoadOptions, LoadResult, Problem, Registry } from '../../src/registry/types.js';

type Extra = Partial<Pick<LoadOptions, 'check' | 'env' | 'hostFunctions' | 'hostImports' | 'projectRoot'>>;

/** Loads one YAML text named `t.yaml` (or `name`); `file://` in it finds nothing. */
export function loadText(text: string, extra: Extra & { name?: string } = {}): Promise<LoadResult> {
  const { name = 't.yaml', ...options } = extra;
  return loadRegistry({
    sources: [{ file: name, text }],
    base: join(tmpdir(), 'no-such-registry'),
    files: nodeFiles(),
    ...options,
  });
}

/** Entries of namespace `ns` as a document; indentation as in a document's own list. */
export function entries(list: string): string {
  return `namespace: ns\nentries:\n${list}`;
}

/** Makes a folder of `files` and gives its path to `use`; the folder is gone afterwards. */
export async function withFolder<T>(
  files: Readonly<Record<string, string | Uint8Array>>,
  use: (root: string) => Promise<T>,
): Promise<T> {
  const root = mkdtempSync(join(tmpdir(), 'registry-'));
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
    return await use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Loads a folder of `files`; places are relative to it in what is given back. */
export function loadFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  extra: Extra = {},
): Promise<LoadResult> {
  return withFolder(files, async (root) => {
    const result = await loadRegistry({ root, files: nodeFiles(), ...extra });
    if (result.ok) return result;
    const strip = (text: string): string => text.replaceAll(`${root}/`, '').replaceAll(root, '.');
    const stripAll = (text: string | null): string | null => (text === null ? null : strip(text));
    const problems = result.problems.map((problem) => ({
      ...problem,
      file: strip(problem.file),
      message: strip(problem.message),
      expected: stripAll(problem.expected),
      got: stripAll(problem.got),
    }));
    return { ok: false, problems, sources: new Map([...result.sources].map(([file, text]) => [strip(file), text])) };
  });
}

export function expectRegistry(result: LoadResult): Registry {
  if (!result.ok) throw new Error(`expected a registry:\n${formatProblems(result.problems, result.sources)}`);
  return result.registry;
}

export function expectFailure(result: LoadResult): LoadFailure {
  if (result.ok) throw new Error('expected problems, got a registry');
  return result;
}

/** Problems as `line:column-endColumn code entry: message`. */
export function brief(problems: readonly Problem[]): string[] {
  return problems.map((p) => `${p.line}:${p.column}-${p.endColumn} ${p.code} ${p.entry ?? '-'}: ${p.message}`);
}

export async function expectProblems(result: Promise<LoadResult>, expected: readonly string[]): Promise<LoadFailure> {
  const failure = expectFailure(await result);
  expect(brief(failure.problems)).toEqual(expected);
  return failure;
}
