/** fs.directory. */
import { boolean, checked, choice, defaulted, required, type Schema, text, written } from '../schema.js';

const DIRECTORY_BASES = ['registry', 'project', 'module'] as const;

const directory: Schema<string> = checked(text, (value, report) => {
  if (value.trim() === '') report([], { code: 'required', message: 'directory path is required' });
  else if (value.includes('\0')) report([], { code: 'invalid-value', message: 'a path cannot hold a NUL character' });
  return value;
});

/** Octal, as written: `0755`, `"755"`, `0o755`. */
const mode: Schema<number> = checked(written, (value, report) => {
  const match = /^(?:0o)?0*([0-7]{1,4})$/.exec(value);
  if (match !== null && value.length <= 10) return Number.parseInt(match[1]!, 8);
  const got = JSON.stringify(value.slice(0, 60));
  report([], {
    code: 'invalid-value',
    message: 'invalid file mode format',
    expected: 'octal digits, such as "0755"',
    got,
  });
  return 0;
});

const OWNER_ALL = 0o755;

export const directoryFields = {
  /** As written; see the registry's `directoryPath`. */
  directory: required(directory),
  /** A missing folder is made when it is first used. */
  auto_init: defaulted(boolean, false),
  mode: defaulted(mode, OWNER_ALL),
  /** 'registry': the YAML file's folder, 'project': the project's root, 'module': the registry's root. */
  base: defaulted(choice(DIRECTORY_BASES, 'invalid directory base'), 'registry'),
};
