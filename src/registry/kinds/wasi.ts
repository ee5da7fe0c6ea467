/** `wasi:` of a wasm function: arguments, environment, mounts and hosts. */
import {
  boolean,
  checked,
  defaulted,
  filledText,
  list,
  optional,
  type RecordOf,
  type Report,
  record,
  reference,
  required,
  type Schema,
  text,
} from '../schema.js';
import { allowedHosts } from './common.js';

const ABSOLUTE = 'a path that starts with /';

function quote(value: string): string {
  return JSON.stringify(value.slice(0, 100));
}

function guestPath(message: string): Schema<string> {
  return checked(filledText, (value, report) => {
    const normalized = normalizeGuestPath(value);
    if (normalized === null) report([], { code: 'invalid-value', message, expected: ABSOLUTE, got: quote(value) });
    return normalized ?? value;
  });
}

const envName: Schema<string> = checked(filledText, (value, report) => {
  if (/[=\0]/.test(value)) {
    const message = 'an environment name cannot hold "=" or NUL';
    report([], { code: 'invalid-value', message, got: quote(value) });
  }
  return value;
});

const argument: Schema<string> = checked(text, (value, report) => {
  if (value.includes('\0'))
    report([], { code: 'invalid-value', message: 'a wasi argument cannot hold a NUL character' });
  return value;
});

const envFields = {
  id: required(reference(['env.variable'], 'environment variable not found')),
  name: required(envName),
  required: defaulted(boolean, false),
};
const env = checked(list(record(envFields)), (value, report) => {
  checkUnique(value, (variable) => variable.name, 'env', 'name', report);
  return value;
});

const mountFields = {
  fs: required(reference(['fs.directory', 'fs.embed'], 'wasi mount filesystem not found')),
  guest: required(guestPath('wasi.mounts[].guest must be absolute')),
  read_only: defaulted(boolean, false),
};
const mounts = checked(list(record(mountFields)), (value, report) => {
  checkUnique(value, (mount) => mount.guest, 'mounts', 'guest', report);
  return value;
});

const wasiFields = {
  args: defaulted(list(argument), []),
  /** Absolute and normalised. */
  cwd: optional(guestPath('wasi.cwd must be absolute')),
  env: defaulted(env, []),
  /** `guest` is absolute and normalised. */
  mounts: defaulted(mounts, []),
  allowed_hosts: defaulted(allowedHosts, []),
};
type WasiFields = RecordOf<typeof wasiFields>;
export const wasi: Schema<WasiFields> = record(wasiFields);
export const NO_WASI: WasiFields = { args: [], cwd: null, env: [], mounts: [], allowedHosts: [] };

function checkUnique<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  list: string,
  field: string,
  report: Report,
): void {
  const seen = new Map<string, number>();
  for (const [index, item] of items.entries()) {
    const key = keyOf(item);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else {
      const message = `wasi.${list}[].${field} must be unique: ${quote(key)} is also wasi.${list}[${first}].${field}`;
      report([index, field], { code: 'duplicate-value', message });
    }
  }
}

/** `/a/./b//../c/` as `/a/c`; null when the path is not absolute or holds a NUL. */
export function normalizeGuestPath(path: string): string | null {
  if (!path.startsWith('/') || path.includes('\0')) return null;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
