/**
 * Instances put back to where they began: making one costs system calls for its memory and a collection later, writing back a
 * small memory a few microseconds. Only where everything that code can change is known, and nothing of the host's is open.
 */
import type { Program } from './program.js';
import type { ComponentPlan } from './types.js';

/** What an instance was right after its start. */
export interface Beginning {
  /** @returns false where it cannot be put back: its memory has grown */
  restore(): boolean;
}

/**
 * Whether instances of the plan can be put back at all: decided by their code. What the host gives to components it keeps by
 * handles; to core modules by numbers of its own, which nobody could put back.
 */
export function isRenewable({ kind, program, imports }: ComponentPlan): boolean {
  const { states, coreInstances, resources } = program as Program;
  if (kind === 'module' && imports.length > 0) return false;
  if (resources.some(({ impl }) => impl !== null)) return false;
  return coreInstances.every(({ module }) => (states[module] ?? null) !== null);
}

/** @param exports of its core instances, in order, right after the last start function has run */
export function beginningOf({ program }: ComponentPlan, exports: readonly Record<string, unknown>[]): Beginning {
  const { states, coreInstances } = program as Program;
  const parts: Beginning[] = [];
  for (const [index, { module }] of coreInstances.entries()) {
    const { globals, memory } = states[module]!;
    const own = exports[index]!;
    for (const name of globals) parts.push(globalPart(own[name] as WebAssembly.Global));
    if (memory !== null) parts.push(memoryPart(own[memory] as WebAssembly.Memory));
  }
  return { restore: () => parts.every((part) => part.restore()) };
}

function globalPart(global: WebAssembly.Global): Beginning {
  const value: unknown = global.value;
  return {
    restore() {
      global.value = value;
      return true;
    },
  };
}

/** The image ends with the last byte that is not zero. */
function memoryPart(memory: WebAssembly.Memory): Beginning {
  const { byteLength } = memory.buffer;
  const bytes = new Uint8Array(memory.buffer);
  let end = byteLength;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const image = bytes.slice(0, end);
  return {
    restore() {
      const now = new Uint8Array(memory.buffer);
      if (now.length !== byteLength) return false;
      now.set(image);
      now.fill(0, end);
      return true;
    },
  };
}
