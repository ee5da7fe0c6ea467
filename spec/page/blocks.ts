/**
 * The blocks of the page that this project was made from, in files as they stand there, and folders that they run in: what
 * the page leaves out is supplied (`version`, `namespace: myns`, hashes of our binaries, entries that a block refers to).
 */

import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse as parseComponentText } from '@bytecodealliance/jco-transpile/wasm-tools';
import { GUESTS } from '../host/guests.js';

const BLOCKS = join(import.meta.dirname, 'blocks');
const HEAD = 'version: "1.0"\nnamespace: myns\n';

export function block(name: string): string {
  return readFileSync(join(BLOCKS, name), 'utf8');
}

/** Entries that blocks refer to and that other blocks of the page declare. */
export const ASSETS = '- name: assets\n  kind: fs.directory\n  directory: ./wasm\n';
export const WASM_BINARIES = '- name: wasm_binaries\n  kind: fs.directory\n  directory: ./wasm\n';

/** Adds fields to the entry that a block ends with. */
export function withFields(entries: string, fields: string): string {
  return `${entries.trimEnd()}\n${indented(fields)}`;
}

function indented(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

/**
 * A folder with `_index.yaml` made of entries, the binaries and texts that they name, and the right hashes.
 *
 * @param entries blocks with or without the line `entries:`, joined
 * @returns the folder
 */
export async function pageFolder(...entries: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-page-'));
  for (const name of ['wasm', 'data', 'output']) mkdirSync(join(folder, name));
  for (const name of ['compute', 'greet', 'mapper', 'env', 'attempts']) {
    copyFileSync(join(GUESTS, `${name}.wasm`), join(folder, 'wasm', `${name}.wasm`));
  }
  writeFileSync(join(folder, 'wasm', 'sleep_test.wasm'), await parseComponentText(block('sleep_test.wat')));
  copyFileSync(join(BLOCKS, 'answer.wat'), join(folder, 'answer.wat'));
  const blocks = entries.map((each) =>
    each.startsWith('entries:\n') ? each.slice('entries:\n'.length) : indented(each),
  );
  writeFileSync(join(folder, '_index.yaml'), withHashes(`${HEAD}entries:\n${blocks.join('\n')}`, folder));
  return folder;
}

/** Puts the hash of the binary that `path:` names in place of the page's dots. */
function withHashes(yaml: string, folder: string): string {
  return yaml.replaceAll(/(path: (\S+)\n +hash: sha256:)\.\.\./g, (_, line: string, path: string) => {
    const bytes = readFileSync(join(folder, 'wasm', path));
    return line + createHash('sha256').update(bytes).digest('hex');
  });
}
