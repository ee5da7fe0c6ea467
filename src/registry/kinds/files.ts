/** fs.directory. */
import { boolean, checked, choice, defaulted, required, type Schema, text } from '../schema.js';
import { fileMode } from './units.js';

const DIRECTORY_BASES = ['registry', 'project', 'module'] as const;

const directory: Schema<string> = checked(text, (value, report) => {
  if (value.trim() === '') report([], { code: 'required', message: 'directory path is required' });
  else if (value.includes('\0')) report([], { code: 'invalid-value', message: 'a path cannot hold a NUL character' });
  return value;
});

const OWNER_ALL = 0o755;

export const directoryFields = {
  /** As written; see the registry's `directoryPath`. */
  directory: required(directory),
  /** A missing folder is made when it is first used. */
  auto_init: defaulted(boolean, false),
  mode: defaulted(fileMode, OWNER_ALL),
  /** 'registry': the YAML file's folder, 'project': the project's root, 'module': the registry's root. */
  base: defaulted(choice(DIRECTORY_BASES, 'invalid directory base'), 'registry'),
};
