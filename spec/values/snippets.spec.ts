/**
 * What crosses between Lua and WIT, by real scripts that call real guests: a folder for each type, a file for each case.
 * The format of a file's first lines is said in `spec/lua/snippets.ts`.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeSnippets } from '../lua/snippets.js';
import { specVm } from '../lua/support.js';
import { valuesCaller } from './caller.js';

const functions = await valuesCaller();
const HELPER = readFileSync(join(import.meta.dirname, 'echo.lua'));

describeSnippets(import.meta.dirname, () =>
  specVm({}, { functions, resolveFile: (name) => (name === 'echo' ? { name: 'echo.lua', source: HELPER } : null) }),
);
