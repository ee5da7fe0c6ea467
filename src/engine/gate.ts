/**
 * The gate: what of a guest's imports its entry grants and this host has. Nothing passes that `imports:` does not name; an
 * import that does not pass is there all the same, and traps when it is called.
 */
import { coreMember } from '../component/host-imports.js';
import type {
  ComponentPlan,
  GuestMemory,
  HostImportFunction,
  HostImportInterface,
  PlanImport,
} from '../component/types.js';
import { HostError } from '../errors.js';
import { nearestName } from '../nearest.js';
import { IMPORT_GROUPS, type ImportGrant } from '../registry/kinds/imports.js';
import { interfaceFor, otherVersion } from '../wasi/interfaces.js';
import type { World } from '../wasi/types.js';
import { preview1Group } from './preview1.js';

/** What TypeScript gives to guests, by WIT interface ID (with or without a version) or bare function name. */
export type HostImports = { readonly [name: string]: HostImportInterface | HostImportFunction };

/** Whether a guest may call it: yes; no, since its entry does not name it; no, since neither this host nor the program has it. */
export type ImportState = 'granted' | 'not granted' | 'not provided';

/** One thing that a guest imports, and whether it is granted. */
export interface ImportReport {
  /** As the guest names it. */
  readonly name: string;
  /** Of all its functions: where any is not granted, neither is it. */
  readonly state: ImportState;
  /** False for what a grant has a name for and this version has no implementation of: it traps, granted or not. */
  readonly built: boolean;
  /** What `imports:` has to name besides what it does, so that all of its functions are granted; once they are, what grants them. */
  readonly grants: readonly string[];
  /** Those that the guest imports, by their WIT names. */
  readonly functions: readonly string[];
}

const FUNCS_INTERFACE = 'wippy:runtime/funcs';

/** The name without its version. */
export function withoutVersion(name: string): string {
  const at = name.indexOf('@');
  return at < 0 ? name : name.slice(0, at);
}

/** The names for `imports:` that would grant this function of an import; empty where none does. */
function grantsFor(importName: string, functionName: string, host: HostImports): readonly string[] {
  if (importName === 'wasi_snapshot_preview1') return preview1Group(functionName);
  const name = withoutVersion(importName);
  if (otherVersion(importName) !== null && providedBy(importName, host) === undefined) return [];
  if (name === FUNCS_INTERFACE) return ['funcs'];
  const slash = name.indexOf('/');
  const group = name.slice(0, Math.max(slash, 0));
  if (slash > 0 && Object.hasOwn(IMPORT_GROUPS, group) && IMPORT_GROUPS[group]!.includes(name.slice(slash + 1))) {
    return name === 'wasi:io/poll' ? ['wasi:io', 'wasi:poll'] : [group];
  }
  return providedBy(importName, host) === undefined ? [] : [name];
}

export function isGranted(
  importName: string,
  functionName: string,
  grants: readonly ImportGrant[],
  host: HostImports,
): boolean {
  const name = withoutVersion(importName);
  const interfaceName = name.slice(name.indexOf('/') + 1);
  const accepted = grantsFor(importName, functionName, host).map((each) => each.toLowerCase());
  return grants.some(
    (grant) => accepted.includes(grant.group) && (grant.interface === null || grant.interface === interfaceName),
  );
}

/**
 * The host's implementation of an import: the exact name, the name without a version, or a compatible version (the same
 * major, below 1.0.0 the same minor).
 */
export function providedBy(
  importName: string,
  host: HostImports,
): HostImportInterface | HostImportFunction | undefined {
  if (Object.hasOwn(host, importName)) return host[importName];
  const bare = withoutVersion(importName);
  if (Object.hasOwn(host, bare)) return host[bare];
  const wanted = versionTrack(importName);
  const name = Object.keys(host).find((each) => withoutVersion(each) === bare && versionTrack(each) === wanted);
  return name === undefined ? undefined : host[name];
}

/** `1` of 1.2.3, `0.2` of 0.2.6. */
function versionTrack(name: string): string | null {
  const match = /@(\d+)\.(\d+)/.exec(name);
  if (match === null) return null;
  return match[1] === '0' ? `0.${match[2]}` : match[1]!;
}

/** How each import of a plan fares with an entry's grants, for `check` and `show`. */
export function reportImports(
  plan: ComponentPlan,
  grants: readonly ImportGrant[],
  host: HostImports,
): readonly ImportReport[] {
  // What has no function (types only) cannot be called and needs no grant.
  const callable = plan.imports.filter((each) => functionsOf(each).length > 0);
  return callable.map((each) => {
    const functions = functionsOf(each);
    const missing = functions.filter((name) => !isGranted(each.name, name, grants, host));
    const needed = new Set<string>();
    for (const name of missing.length > 0 ? missing : functions) {
      const accepted = grantsFor(each.name, name, host);
      if (accepted.length > 0 && !accepted.some((group) => needed.has(group))) needed.add(accepted[0]!);
    }
    const state = stateOf(each, functions, grants, host);
    const built =
      state === 'not provided' || providedBy(each.name, host) !== undefined || interfaceFor(each.name) !== undefined;
    return { name: each.name, state, built, grants: [...needed], functions };
  });
}

function stateOf(
  each: PlanImport,
  functions: readonly string[],
  grants: readonly ImportGrant[],
  host: HostImports,
): ImportState {
  if (functions.some((name) => grantsFor(each.name, name, host).length === 0)) return 'not provided';
  return functions.every((name) => isGranted(each.name, name, grants, host)) ? 'granted' : 'not granted';
}

export function functionsOf(each: PlanImport): readonly string[] {
  if (each.kind === 'type') return [];
  if (each.kind === 'core') return each.coreFunctions;
  if (each.interface !== null) return each.interface.functions.map((fn) => fn.name);
  return [each.name];
}

/**
 * What {@link resolveImport} of an instance answers: where the entry grants it, what TypeScript gave, else what the instance's
 * world has (null: nothing); undefined where neither has it. Decided once for each import of a plan.
 */
export function gateFor(grants: readonly ImportGrant[], host: HostImports) {
  const ways = new Map<PlanImport, Way>();
  return (each: PlanImport, guest: GuestMemory, world: World | null) => {
    let way = ways.get(each);
    if (way === undefined) {
      way = wayThrough(each, grants, host);
      ways.set(each, way);
    }
    return way(guest, world);
  };
}

type Way = (guest: GuestMemory, world: World | null) => HostImportInterface | HostImportFunction | undefined;

function wayThrough(each: PlanImport, grants: readonly ImportGrant[], host: HostImports): Way {
  const all = functionsOf(each);
  const granted = grantedOf(each, grants, host);
  if (all.length === 0 ? !isGranted(each.name, '', grants, host) : granted.length === 0) return () => undefined;
  const provided = providedBy(each.name, host);
  const make = interfaceFor(each.name);
  const may = (name: string) => isGranted(each.name, name, grants, host);
  return (guest, world) => {
    const found = provided ?? (world === null ? undefined : make?.(world, guest, each, may));
    return found === undefined || granted.length === all.length ? found : only(found, granted);
  };
}

/** Whether an instance needs a world: something that the entry grants comes from this host, and not from TypeScript. */
export function needsWorld(plan: ComponentPlan, grants: readonly ImportGrant[], host: HostImports): boolean {
  return plan.imports.some(
    (each) =>
      interfaceFor(each.name) !== undefined &&
      providedBy(each.name, host) === undefined &&
      grantedOf(each, grants, host).length > 0,
  );
}

/** Whether a guest can call anything of the host's: something that the entry grants is there. */
export function callsHost(plan: ComponentPlan, grants: readonly ImportGrant[], host: HostImports): boolean {
  return plan.imports.some(
    (each) =>
      (interfaceFor(each.name) !== undefined || providedBy(each.name, host) !== undefined) &&
      grantedOf(each, grants, host).length > 0,
  );
}

/** The functions of an import that the entry grants: all or none but for preview 1, which is one name for all groups. */
function grantedOf(each: PlanImport, grants: readonly ImportGrant[], host: HostImports): readonly string[] {
  return functionsOf(each).filter((name) => isGranted(each.name, name, grants, host));
}

/** The same functions without those that are not granted. */
function only(found: HostImportInterface | HostImportFunction, granted: readonly string[]): HostImportInterface {
  const kept = granted.flatMap((name) => {
    const member = coreMember(found, name);
    return member === null ? [] : [[name, (...args: unknown[]) => member.apply(found, args)] as const];
  });
  return Object.fromEntries(kept);
}

/** The whole line that grants all imports of a guest; null where no more than one grant is missing. */
function wholeLine(grants: readonly ImportGrant[], reports: readonly ImportReport[]): string | null {
  const open = reports.filter((each) => each.state === 'not granted');
  const missing = new Set(open.flatMap((each) => each.grants));
  if (missing.size < 2) return null;
  const written = grants.map((each) => (each.interface === null ? each.group : `${each.group}/${each.interface}`));
  return `imports: [${[...new Set([...written, ...missing])].join(', ')}]`;
}

/**
 * The error of a guest that called what its entry does not grant, or what nobody has.
 * @param reports of all its imports: where more than this one is missing, `details.hint` has the whole line
 */
export function missingImport(
  id: string,
  importName: string,
  functionName: string,
  grants: readonly ImportGrant[],
  host: HostImports,
  reports: readonly ImportReport[] = [],
): HostError {
  const called = `${id} called ${withoutVersion(importName)}${functionName === '' ? '' : `#${functionName}`}`;
  const details = { function: id, import: importName, name: functionName };
  const names = grantsFor(importName, functionName, host);
  const version = otherVersion(importName);
  if (names.length === 0 && version !== null) {
    const text = `${called} of version ${version.asked}, which this host does not have: it has ${version.served}`;
    return new HostError('Unavailable', text, { retryable: false, details });
  }
  if (names.length === 0) {
    const next = 'give it to createHost in imports, then name it in the entry';
    return new HostError('Unavailable', `${called}, which this host does not provide: ${next}`, {
      retryable: false,
      details,
    });
  }
  if (isGranted(importName, functionName, grants, host)) {
    const provided = providedBy(importName, host);
    if (provided !== undefined) {
      const nearest = nearestName(functionName, Object.keys(provided));
      const hint = nearest === null ? '' : `: there is ${JSON.stringify(nearest)}, did you mean ${functionName}?`;
      const text = `${called}, which the interface given to createHost does not have${hint}`;
      return new HostError('Unavailable', text, { retryable: false, details });
    }
    const text = `${called}, which is granted but not built yet in this version of moonwit`;
    return new HostError('Unavailable', text, { retryable: false, details });
  }
  const text = `${called}, which its entry does not grant: add "${names[0]}" to imports`;
  const line = wholeLine(grants, reports);
  const hint = line === null ? {} : { hint: `to grant all that it imports: ${line}; moonwit show ${id} says what for` };
  return new HostError('PermissionDenied', text, {
    retryable: false,
    details: { ...details, grant: names[0], ...hint },
  });
}
