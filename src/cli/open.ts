/** How commands open a host. */
import { dirname, resolve } from 'node:path';
import type { HostOptions } from '../host-types.js';
import type { CliIo } from './io.js';

const NEW_LINE = new Uint8Array([10]);

/** A host of one registry folder; what Lua prints goes to the error stream, so that the output stays the command's own. */
export function openOptions(registry: string, io: CliIo): HostOptions {
  return {
    registry,
    projectRoot: dirname(resolve(io.cwd, registry)),
    print: (line) => io.err(Buffer.concat([line, NEW_LINE]).toString()),
  };
}
