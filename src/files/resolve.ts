/**
 * Paths, one name at a time. The system never sees a path of a guest's: names are looked up in held folders, links are
 * read and followed here, and `..` goes back to the folder that was held before. So nothing leads above the start.
 */
import { VolumeError } from './errors.js';
import type { Anchor, Ground } from './ground.js';

/** The answer of {@link Use} for: what the last name names is a link, follow it. */
export const FOLLOW: unique symbol = Symbol('follow');

/** Where a path ends. */
export interface Spot {
  readonly folder: Anchor;
  /** `.` for the folder itself. */
  readonly name: string;
  /** The path says that it is a folder: it ends with `/` or `.`, or goes back to one. */
  readonly isFolder: boolean;
}

export type Use<T> = (spot: Spot) => T | typeof FOLLOW;

/** UTF-8 bytes of a path, as Linux has it. */
export const MAX_PATH_BYTES = 4096;
export const MAX_NAME_BYTES = 255;
export const MAX_LINKS = 40;
/** Folders below the start that are held at once. */
export const MAX_DEPTH = 256;
/** Names looked up for one path, those of links included. */
const MAX_STEPS = 8192;

interface Way {
  /** What is still to be gone, the next name last. */
  readonly names: string[];
  isFolder: boolean;
  links: number;
  steps: number;
}

/**
 * Goes to where `path` ends, seen from `start`, and does `use` there.
 * @throws VolumeError and what the system says
 */
export function resolveAt<T>(ground: Ground, start: Anchor, path: string, use: Use<T>): T {
  checkPath(ground, path);
  const way: Way = { names: [], isFolder: false, links: 0, steps: 0 };
  addNames(way, path);
  const held: Anchor[] = [];
  try {
    for (;;) {
      const folder = held[held.length - 1] ?? start;
      const name = way.names.pop();
      if (++way.steps > MAX_STEPS) throw new VolumeError('name-too-long', path);
      if (name === undefined) return finish(use({ folder, name: '.', isFolder: true }), path);
      if (name === '..') {
        const left = held.pop();
        if (left === undefined) throw new VolumeError('not-permitted', path);
        left.close();
      } else if (way.names.length === 0) {
        const answer = use({ folder, name, isFolder: way.isFolder });
        if (answer !== FOLLOW) return answer;
        follow(ground, way, folder, name, path);
      } else {
        const child = ground.enter(folder, name);
        if (child === null) follow(ground, way, folder, name, path);
        else held.push(child);
        if (held.length > MAX_DEPTH) throw new VolumeError('name-too-long', path);
      }
    }
  } finally {
    for (const anchor of held) anchor.close();
  }
}

/** `.` is never a link. */
function finish<T>(answer: T | typeof FOLLOW, path: string): T {
  if (answer === FOLLOW) throw new VolumeError('loop', path);
  return answer;
}

function follow(ground: Ground, way: Way, folder: Anchor, name: string, path: string): void {
  if (++way.links > MAX_LINKS) throw new VolumeError('loop', path);
  const target = ground.readLink(folder, name);
  if (target === null) {
    way.names.push(name); // no link any more: look again
    return;
  }
  if (ground.isAbsolute(target)) throw new VolumeError('not-permitted', path);
  if (target === '') throw new VolumeError('no-entry', path);
  addNames(way, target);
}

/** Puts the names of `text` before what is still to be gone. */
function addNames(way: Way, text: string): void {
  const parts = text.split('/');
  const last = parts[parts.length - 1];
  if (way.names.length === 0 && (last === '' || last === '.')) way.isFolder = true;
  for (let index = parts.length - 1; index >= 0; index--) {
    const part = parts[index]!;
    if (part !== '' && part !== '.') way.names.push(part);
  }
}

/** Refuses what is no path below a folder, before anything is looked up. */
function checkPath(ground: Ground, path: string): void {
  if (path === '') throw new VolumeError('no-entry', path, 'the path is empty');
  if (path.includes('\0')) throw new VolumeError('invalid', path.replaceAll('\0', '\\0'), 'a path cannot hold NUL');
  if (path.startsWith('/')) throw new VolumeError('not-permitted', path, 'the path is absolute');
  if (path.length > MAX_PATH_BYTES || Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw new VolumeError('name-too-long', path);
  }
  for (const name of path.split('/')) checkName(ground, name, path);
}

function checkName(ground: Ground, name: string, path: string): void {
  if (name.length * 3 > MAX_NAME_BYTES && Buffer.byteLength(name) > MAX_NAME_BYTES) {
    throw new VolumeError('name-too-long', path);
  }
  if (name === '.' || name === '..') return;
  if (ground.forbidden?.test(name))
    throw new VolumeError('not-permitted', path, 'the system gives that name a meaning');
}
