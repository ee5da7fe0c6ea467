/** What the specs of preview 1's files open with, and what lies on the disk. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Mount, OUT, type Rig } from './preview1.js';

export const CREATE = 1;
export const DIRECTORY = 2;
export const EXCLUSIVE = 4;
export const TRUNCATE = 8;
export const APPEND = 1;
export const READ = 1n << 1n;
export const SEEK = 1n << 2n;
export const TELL = 1n << 5n;
export const WRITE = 1n << 6n;
export const ALL = (1n << 30n) - 1n;

export const DATA: Mount = { guest: '/data' };

export function opened(rig: Rig, path: string, oflags = 0, rights = ALL, fd = 3): string {
  return rig.call('path_open', fd, 1, ...rig.text(path), oflags, rights, rights, 0, OUT);
}

export function file(rig: Rig, name: string): string {
  return readFileSync(join(rig.folders[0]!, name), 'utf8');
}

export function put(rig: Rig, name: string, text: string): void {
  writeFileSync(join(rig.folders[0]!, name), text);
}
