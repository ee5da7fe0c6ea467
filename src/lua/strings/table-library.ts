/** The sandbox's `table`. */

import type { LuaState } from '../fengari.js';
import type { Budget } from './budget.js';
import { type LibraryOptions, newLibrary, pushFunctions } from './library.js';
import { sequenceFunctions } from './sequence.js';
import { sortFunction } from './sort.js';

/** Pushes a new `table` library that draws on `budget`. */
export function openTable(L: LuaState, budget: Budget, options: LibraryOptions = {}): void {
  const library = newLibrary(budget, options);
  pushFunctions(L, { ...sequenceFunctions(library), sort: sortFunction(library) });
}
