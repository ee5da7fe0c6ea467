/** What functions of preview 1 know of the guest that calls them. */
import type { Input } from '../input.js';
import type { World } from '../types.js';
import type { Descriptors } from './descriptors.js';
import type { Memory } from './memory.js';

export interface Guest {
  readonly world: World;
  readonly memory: Memory;
  readonly fds: Descriptors;
  readonly input: Input;
}
