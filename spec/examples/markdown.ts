/**
 * Documents that run. In Markdown, a comment above a fenced block says what it is:
 * `<!-- file: NAME -->` the text of a file; `<!-- run -->` commands with their output, in the repository's root;
 * `<!-- run in: NAME -->` the same in a fresh folder, which has the document's files and what commands before made there.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from '../host/guests.js';

interface FileBlock {
  readonly kind: 'file';
  readonly name: string;
  readonly text: string;
}

interface RunBlock {
  readonly kind: 'run';
  /** null: the repository's root. */
  readonly folder: string | null;
  readonly commands: readonly { readonly line: string; readonly output: string }[];
}

const BLOCK = /<!-- (file|run)(?:(?: in)?: ([^>]*?))? -->\n```\w*\n([\s\S]*?)```/g;

export function readBlocks(document: string): (FileBlock | RunBlock)[] {
  const markdown = readFileSync(join(ROOT, document), 'utf8');
  return [...markdown.matchAll(BLOCK)].map(([, kind, name, text]) =>
    kind === 'file'
      ? { kind: 'file', name: name!, text: text! }
      : { kind: 'run', folder: name ?? null, commands: commandsOf(text!) },
  );
}

function commandsOf(text: string): { line: string; output: string }[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { line: part.slice(0, end), output: part.slice(end + 1) };
    });
}

/** A folder with the program `moonwit` as its users have it, for PATH. */
export function programFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-bin-'));
  const file = join(folder, 'moonwit');
  writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'dist', 'cli.js')}" "$@"\n`);
  chmodSync(file, 0o755);
  return folder;
}

/** What a command line prints, on both streams in their order. */
export function shell(line: string, cwd: string, programs: string): string {
  const path = [programs, dirname(process.execPath), process.env.PATH].join(delimiter);
  const env = { ...process.env, PATH: path, NO_COLOR: '1', MOONWIT_CACHE: 'off' };
  try {
    return execFileSync('/bin/sh', ['-c', `( ${line} ) 2>&1`], { cwd, env, encoding: 'utf8', timeout: 110_000 });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

export function writeFileIn(folder: string, name: string, text: string): void {
  const file = join(folder, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
