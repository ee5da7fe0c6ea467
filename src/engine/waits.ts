/** Which functions of imports may have to wait, so that guests that call them suspend or hold a thread. */
import { hostMember } from '../component/host-imports.js';
import type { HostImportFunction, HostImportInterface } from '../component/types.js';

/**
 * - 'waits': for time, or for the host's thread. - 'passes': only for what another import that waits has opened (a stream of a
 * socket); alone it never does.
 */
type Kind = 'waits' | 'passes';

const INTERFACES: readonly (readonly [name: RegExp, functions: RegExp, kind: Kind])[] = [
  [/^wasi:io\/poll$/, /^poll$|^\[method\]pollable\.block$/, 'waits'],
  [/^wasi:io\/(?:poll|streams)$/, /./, 'passes'],
  [/^wasi:(?:sockets|http)\//, /./, 'waits'],
  [/^wippy:runtime\/funcs$/, /./, 'waits'],
  [/^wasi_snapshot_preview1$/, /^poll_oneoff$|^sock_/, 'waits'],
  [/^wasi_snapshot_preview1$/, /^fd_(?:read|write|close)$/, 'passes'],
];

/** @param importName without a version @returns null: answers at once, always */
export function waitKind(importName: string, functionName: string): Kind | null {
  return INTERFACES.find(([name, fn]) => name.test(importName) && fn.test(functionName))?.[2] ?? null;
}

/** Whether TypeScript gave an `async` function for it. */
export function isAsync(
  given: HostImportInterface | HostImportFunction,
  _importName: string,
  functionName: string,
): boolean {
  return Object.prototype.toString.call(hostMember(given, functionName)) === '[object AsyncFunction]';
}
