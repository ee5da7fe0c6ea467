/** Which instance a call has to go to: the one whose handles are among its arguments. */

import type { Value } from '../values.js';
import { MAX_DEPTH } from '../values.js';
import { GuestHandle } from './host-handles.js';
import { Runtime } from './instance.js';
import type { ComponentPlan, Instance } from './types.js';

/**
 * The live instance of `plan` that the first handle in `args` belongs to, or null. Handles of other plans do not count: the
 * call that takes them refuses them.
 */
export function instanceOfHandles(args: readonly Value[], plan: ComponentPlan): Instance | null {
  const handle = firstHandle(args, 0);
  if (handle === null) return null;
  const { instance } = handle;
  return instance instanceof Runtime && instance.plan === plan ? instance : null;
}

function firstHandle(value: unknown, depth: number): GuestHandle | null {
  // Deeper values hold no handle that lowering would take.
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return null;
  if (value instanceof GuestHandle) return value.alive ? value : null;
  if (ArrayBuffer.isView(value)) return null;
  const elements = Array.isArray(value) ? value : Object.values(value);
  for (const element of elements) {
    const found = firstHandle(element, depth + 1);
    if (found !== null) return found;
  }
  return null;
}
