/** How the process of a server collects its garbage. */
import { setFlagsFromString } from 'node:v8';

/**
 * Hardly anything of a request outlives it: a collection of young objects has next to nothing to copy, and yet V8 wakes other
 * threads to help with it and waits until they have had a core. Alone it takes half as long, and never the milliseconds that
 * busy cores cost. For the process as a whole: only a program may decide that, no library in it.
 */
export function shortenPauses(): void {
  setFlagsFromString('--no-parallel-scavenge');
}
