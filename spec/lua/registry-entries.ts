/** The registry that snippets read. */

import type { LuaRegistry, LuaRegistryEntry } from '../../src/lua/platform.js';
import type { ValueMap } from '../../src/values.js';

function entry(id: string, kind: string, meta: ValueMap, data: ValueMap = {}): LuaRegistryEntry {
  const [namespace, name] = id.split(':') as [string, string];
  return { id, namespace, name, kind, meta, data };
}

const entries = [
  entry(
    'app:sum',
    'function.wat',
    { comment: 'adds numbers', tags: ['math', 'fast'], weight: 2, ui: { icon: 'plus' } },
    { method: 'sum', pool: { type: 'inline' } },
  ),
  entry('app:shout', 'function.lua', { comment: 'makes noise', tags: ['text'], public: true }, { method: 'main' }),
  entry('lib:text', 'library.lua', { comment: `${'a'.repeat(60)}!`, weight: 1.5 }, { source: 'return {}' }),
];

export const specRegistry: LuaRegistry = {
  version: 1,
  entries,
  get: (id) => entries.find((each) => each.id === id),
};
