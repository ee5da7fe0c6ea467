/** Folders for specs of commands: each in the system's temporary folder, under a name of its own. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../host/guests.js';

export const temporary = (): string => mkdtempSync(join(tmpdir(), 'moonwit-cli-'));

/** The repository, with its registry. */
export const AT_ROOT = { cwd: ROOT };

/** A new folder with these texts, by their paths. */
export function folderWith(files: Record<string, string>): string {
  const folder = temporary();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}
