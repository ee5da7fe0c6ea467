/**
 * Resource handles live until they are dropped, or until the script or Lua function that received them ends: Lua 5.3 as it
 * runs here has no finalizers, and a handle that nobody drops would hold its instance for ever.
 */
import type { ResourceHandle, Value } from '../values.js';
import type { HandleReceiver } from './types.js';

export interface HandleScope extends HandleReceiver {
  /** Whether anything was received. */
  readonly isEmpty: boolean;
  /** Drops what was received, except what `kept` holds: that goes to `receiver`, where there is one. */
  end(kept: Value, receiver: HandleReceiver | undefined): void;
}

const MAX_DEPTH = 128;
const FIRST_SWEEP = 64;

export function handleScope(): HandleScope {
  const received = new Set<ResourceHandle>();
  let sweepAt = FIRST_SWEEP;
  return {
    adopt(handle) {
      received.add(handle);
      if (received.size < sweepAt) return;
      // A long script makes and drops many: what is gone is forgotten.
      for (const each of received) if (isGone(each)) received.delete(each);
      sweepAt = Math.max(FIRST_SWEEP, received.size * 2);
    },
    get isEmpty() {
      return received.size === 0;
    },
    end(kept, receiver) {
      if (received.size === 0) return;
      forEachHandle(kept, (handle) => {
        if (received.delete(handle)) receiver?.adopt(handle);
      });
      for (const handle of received) drop(handle);
      received.clear();
    },
  };
}

/** Calls `visit` for every handle inside a value. */
export function forEachHandle(value: unknown, visit: (handle: ResourceHandle) => void, depth = 0): void {
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return;
  if (isHandle(value)) {
    visit(value);
    return;
  }
  if (ArrayBuffer.isView(value) || value instanceof Error) return;
  const elements = Array.isArray(value) ? value : value instanceof Map ? value.values() : Object.values(value);
  for (const element of elements) forEachHandle(element, visit, depth + 1);
}

function isHandle(value: object): value is ResourceHandle {
  const { methods, drop } = value as Partial<ResourceHandle>;
  return methods instanceof Map && typeof drop === 'function' && 'opaqueKind' in value;
}

function isGone(handle: ResourceHandle): boolean {
  return (handle as { readonly alive?: boolean }).alive === false;
}

/** A destructor that traps costs its instance, which the pool finds out; the script that ends is not told. */
function drop(handle: ResourceHandle): void {
  try {
    handle.drop();
  } catch {
    // nobody is left to tell
  }
}
