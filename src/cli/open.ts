/** How commands open a host. */
import { dirname, resolve } from 'node:path';
import { defaultCacheFolder } from '../engine/wat-cache.js';
import type { HostOptions } from '../host/types.js';
import { ANY_INTERFACE } from '../registry/kinds/imports.js';
import type { CliIo } from './io.js';

/** `MOONWIT_CACHE` names the folder, or says `off`; default: where caches belong on this system. */
export function cacheOption({ env }: CliIo): { readonly cacheFolder?: string } {
  if (env.MOONWIT_CACHE === 'off') return {};
  const named = env.MOONWIT_CACHE === undefined || env.MOONWIT_CACHE === '' ? undefined : env.MOONWIT_CACHE;
  return { cacheFolder: named ?? defaultCacheFolder(env, process.platform) };
}

/** A registry may grant interfaces of the program that it belongs to, which is not there on the command line. */
export const UNKNOWN_PROGRAM: HostOptions['imports'] & object = { [ANY_INTERFACE]: {} };

/** Said of imports that no grant helps. */
export const ONLY_PROGRAMS = 'only a program that calls createHost({ imports }) can provide it';

const NEW_LINE = new Uint8Array([10]);

/** A host of one registry folder; what Lua prints goes to the error stream, so that the output stays the command's own. */
export function openOptions(registry: string, io: CliIo): HostOptions {
  return {
    registry,
    ...cacheOption(io),
    imports: UNKNOWN_PROGRAM,
    projectRoot: dirname(resolve(io.cwd, registry)),
    print: (line) => io.err(Buffer.concat([line, NEW_LINE]).toString()),
  };
}
