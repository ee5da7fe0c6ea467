/** `file:scanner()`: pieces of a file, which is read as far as they are asked for. */

import { HostError } from '../../errors.js';
import type { Core } from '../core.js';
import type { LuaState } from '../fengari.js';
import { defineClass } from '../userdata.js';
import { pieceMethods, pushFound, Scanner, type Split } from './scanner.js';

export class FileScanner extends Scanner {
  private readonly read: (length: number) => Uint8Array;

  /** @param read the next bytes, none at the end; throws HostError */
  constructor(split: Split, read: (length: number) => Uint8Array) {
    super(split);
    this.read = read;
  }

  /** Goes to the next piece. @returns false at the end, and when something went wrong */
  scan(): boolean {
    try {
      for (;;) {
        const found = this.next();
        if (found !== null) return found;
        const bytes = this.read(this.wanted());
        this.take(bytes.length === 0 ? null : bytes);
      }
    } catch (thrown) {
      if (!(thrown instanceof HostError)) throw thrown;
      this.error = thrown;
      return false;
    }
  }
}

export function defineFileScanner(core: Core): void {
  const self: (L: LuaState) => FileScanner = defineClass(core, 'scanner', FileScanner, {
    scan: (L) => {
      const scanner = self(L);
      const found = scanner.scan();
      return pushFound(core, L, scanner, found);
    },
    ...pieceMethods(core, (L) => self(L)),
  });
}
