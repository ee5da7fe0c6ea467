/** env.storage.* and env.variable. What a problem of theirs says never quotes a value: it may be a secret. */
import {
  boolean,
  checked,
  defaulted,
  type FieldTable,
  list,
  map,
  optional,
  reference,
  requiredAs,
  type Schema,
  text,
  written,
} from '../schema.js';
import { fileMode } from './units.js';

export const STORAGE_KINDS = [
  'env.storage.memory',
  'env.storage.os',
  'env.storage.static',
  'env.storage.file',
  'env.storage.router',
] as const;

const NO_STORAGE = 'referenced storage not found';
const BAD_STORAGE_ID = 'invalid storage ID format, must have both namespace and name';
const storage: Schema<string> = reference(STORAGE_KINDS, NO_STORAGE, { malformed: BAD_STORAGE_ID });

/** Texts without NUL, which no environment can hold. Numbers and booleans are taken as they are written. */
const value: Schema<string> = checked(written, (given, report) => {
  if (given.includes('\0')) report([], { code: 'invalid-value', message: 'an environment value cannot hold NUL' });
  return given;
});

const values = checked(map(value), (given, report) => {
  for (const name of Object.keys(given)) {
    if (name !== '' && !/[=\0]/.test(name)) continue;
    report([name], {
      code: 'invalid-value',
      message: 'not the name of an environment value',
      expected: 'a name that is not empty, without "=" and NUL',
    });
  }
  return given;
});

const filePath: Schema<string> = checked(text, (path, report) => {
  if (path.trim() === '') report([], { code: 'required', message: 'file path must not be empty' });
  else if (path.includes('\0')) report([], { code: 'invalid-value', message: 'a path cannot hold a NUL character' });
  return path;
});

const NO_STORAGES = 'router storage must have at least one storage';
const storages: Schema<readonly string[]> = checked(list(storage), (given, report) => {
  if (given.length === 0) report([], { code: 'required', message: NO_STORAGES });
  return given;
});

const variableName: Schema<string> = checked(text, (name, report) => {
  if (/^[A-Za-z0-9_]{1,256}$/.test(name)) return name;
  report([], {
    code: 'invalid-value',
    message: 'not a name of a variable',
    expected: 'letters, digits and "_" (A-Za-z0-9_)',
    got: JSON.stringify(name.slice(0, 60)),
  });
  return name;
});

const OWNER_WRITES = 0o644;
const OWNER_ALL = 0o755;

export const memoryStorageFields = {} as const satisfies FieldTable;
export const osStorageFields = {} as const satisfies FieldTable;
export const staticStorageFields = { values: defaulted(values, {}) };
export const fileStorageFields = {
  /** As written; see the registry's `file`. */
  file_path: requiredAs(filePath, 'file path must not be empty'),
  /** A missing file is made when a value is first set. */
  auto_create: defaulted(boolean, false),
  /** Of a file and its folders that are made. */
  file_mode: defaulted(fileMode, OWNER_WRITES),
  dir_mode: defaulted(fileMode, OWNER_ALL),
};
export const routerStorageFields = { storages: requiredAs(storages, NO_STORAGES) };
export const variableFields = {
  storage: requiredAs(storage, 'storage is required'),
  /** The public name, and the key in the storage; null: by ID only, and the ID is the key. */
  variable: optional(variableName),
  default: optional(value),
  readonly: defaulted(boolean, false),
};
