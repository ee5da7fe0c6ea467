/** Which functions of imports may have to wait, so that guests that call them suspend or hold a thread. */
import { hostMember } from '../component/host-imports.js';
import type { ComponentPlan, HostImportFunction, HostImportInterface, PlanImport } from '../component/types.js';
import type { ImportGrant } from '../registry/kinds/imports.js';
import { interfaceFor } from '../wasi/interfaces.js';
import { functionsOf, type HostImports, isGranted, providedBy, withoutVersion } from './gate.js';

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
function waitKind(importName: string, functionName: string): Kind | null {
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

/** The functions of granted imports that may answer later. `waits`: one of them may have to wait by itself. */
export function waitingFunctions(
  plan: ComponentPlan,
  grants: readonly ImportGrant[],
  host: HostImports,
  isLate: LateImport,
): { readonly waits: boolean; readonly may: ReadonlyMap<string, ReadonlySet<string>> } {
  const may = new Map<string, ReadonlySet<string>>();
  let waits = false;
  for (const each of plan.imports) {
    const given = providedBy(each.name, host);
    const bare = withoutVersion(each.name);
    const kindOf = (name: string) =>
      given === undefined ? waitKind(bare, name) : isLate(given, each.name, own(each, name)) ? 'waits' : null;
    const granted = externNames(each).filter(
      (name) => kindOf(name) !== null && isGranted(each.name, name, grants, host),
    );
    if (granted.length === 0 || (given === undefined && interfaceFor(each.name) === undefined)) continue;
    may.set(each.name, new Set(granted));
    waits ||= granted.some((name) => kindOf(name) === 'waits');
  }
  return { waits, may };
}

/** The functions of an import as its program calls them: `[method]pollable.block`. */
function externNames(each: PlanImport): readonly string[] {
  if (each.interface === null) return functionsOf(each);
  return each.interface.functions.map(({ name, role }) => {
    if (role.kind === 'freestanding') return name;
    const of = `[${role.kind}]${role.resource.name}`;
    return role.kind === 'constructor' ? of : `${of}.${name}`;
  });
}

/** Inside what was given for an import: empty where that is the function itself. */
function own(each: PlanImport, name: string): string {
  return each.kind === 'function' ? '' : name;
}

/** Whether what TypeScript gave for a function may answer with a promise. */
export type LateImport = (
  given: HostImportInterface | HostImportFunction,
  importName: string,
  functionName: string,
) => boolean;
