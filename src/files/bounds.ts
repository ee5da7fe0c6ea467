/** What bounds every operation on a volume: its mode, whether it may be written, how much may be open. */
import { VolumeError } from './errors.js';
import type { Ground } from './ground.js';
import type { VolumeSpec } from './types.js';

/** How many files and folders one guest, or one script, may have open; shared by the volumes that it sees. */
export interface DescriptorBudget {
  readonly limit: number;
  open: number;
}

export const DEFAULT_DESCRIPTORS = 1024;

export function descriptorBudget(limit: number = DEFAULT_DESCRIPTORS): DescriptorBudget {
  return { limit, open: 0 };
}

/** What the handles of one volume share. */
export interface Volume {
  readonly spec: VolumeSpec;
  readonly ground: Ground;
  readonly budget: DescriptorBudget;
}

const OWNER_READ = 0o400;
const OWNER_WRITE = 0o200;
const OWNER_EXECUTE = 0o100;

/** Counts something that is to be opened. @throws VolumeError `insufficient-memory` when there is too much already */
export function take({ budget }: Volume, path: string): void {
  if (budget.open >= budget.limit) {
    const detail = `too many open files: ${budget.limit} are open, close some`;
    throw new VolumeError('insufficient-memory', path, detail);
  }
  budget.open++;
}

export function mayRead({ spec }: Volume): boolean {
  return (spec.mode & OWNER_READ) !== 0;
}

export function mayWrite({ spec }: Volume): boolean {
  return !spec.readOnly && (spec.mode & OWNER_WRITE) !== 0;
}

/** Looking names up; reading implies it. @throws VolumeError `access` */
export function checkTraverse(volume: Volume, path: string): void {
  if ((volume.spec.mode & OWNER_EXECUTE) === 0 && !mayRead(volume)) throw refused(volume, path, 'x', OWNER_EXECUTE);
}

/** @throws VolumeError `access` */
export function checkRead(volume: Volume, path: string): void {
  if (!mayRead(volume)) throw refused(volume, path, 'r', OWNER_READ);
}

/** @throws VolumeError `read-only`, `access` */
export function checkWrite(volume: Volume, path: string): void {
  if (volume.spec.readOnly) throw new VolumeError('read-only', path, `${volume.spec.id} is read-only here`);
  if (!mayWrite(volume)) throw refused(volume, path, 'w', OWNER_WRITE);
}

function refused({ spec }: Volume, path: string, letter: string, bit: number): VolumeError {
  const [now, next] = [octal(spec.mode), octal(spec.mode | bit)];
  const detail = `the mode ${now} of ${spec.id} has no ${letter} for its owner: mode: "${next}" in its entry would allow it`;
  return new VolumeError('access', path, detail);
}

function octal(mode: number): string {
  return `0${mode.toString(8).padStart(3, '0')}`;
}

/** Whether two handles see one volume: what is moved between them stays where it may be. */
export function sameVolume(a: Volume, b: Volume): boolean {
  return a === b || (a.spec.id === b.spec.id && a.spec.path === b.spec.path && a.ground === b.ground);
}
