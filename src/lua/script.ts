/** What a script run from the command line finds in its globals beside the modules. */

import type { Value } from '../values.js';
import type { Core } from './core.js';
import { TAG, type Table, TValue } from './internals.js';
import { appendEntry, integerSlot, newTable, popSlot } from './table-access.js';
import { setField } from './tables.js';

/** `arg`: the script's name at 0, its arguments from 1. */
export function setGlobalArguments(core: Core, globals: Table, name: string, args: readonly Value[]): void {
  const table = newTable(core.L);
  for (const [index, value] of [name, ...args].entries()) {
    core.transcoder.toLua(core.L, value);
    const slot = popSlot(core.L);
    if (slot.type !== TAG.NIL) appendEntry(table, index, integerSlot(index), slot);
  }
  setField(core.L, globals, 'arg', new TValue(TAG.TABLE, table));
}
