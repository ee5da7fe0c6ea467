/** Files of this package that are found from here: this folder and `dist`, where the built code is, both lie in its root. */
import { existsSync } from 'node:fs';

/** What scripts get by `require("test")`. */
export const TEST_LIBRARY = new URL('../lua/test.lua', import.meta.url);

/** Where a call thread begins; null where nothing is built, so that sources run everything on the host's thread. */
export function threadEntry(): URL | null {
  const entry = new URL('./call-thread.js', import.meta.url);
  return entry.protocol === 'file:' && existsSync(entry) ? entry : null;
}
