/** The snippets of this folder, see `snippets.ts`. The functions that they may call are in `functions.ts`. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LuaSource } from '../../src/lua/vm.js';
import { withLuaFunctions } from './functions.js';
import { describeSnippets } from './snippets.js';
import { type SpecFunction, type SpecVm, shippedLibraries, specVm } from './support.js';

const ROOT = import.meta.dirname;

function fileBeside(group: string): (module: string) => LuaSource | null {
  return (module) => {
    const name = `${module.replaceAll('.', '/')}.lua`;
    try {
      return { name, source: readFileSync(join(ROOT, group, 'beside', name)) };
    } catch {
      return null;
    }
  };
}

describeSnippets(ROOT, (group, options): SpecVm => {
  const functions: { [id: string]: SpecFunction } = {};
  const opened = specVm(functions, { resolveFile: fileBeside(group), libraries: shippedLibraries(), ...options });
  Object.assign(
    functions,
    withLuaFunctions(() => opened.vm),
  );
  return opened;
});
