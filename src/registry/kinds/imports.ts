/** The names that `imports:` of a wasm function may hold, and what each stands for. */
import { nearestName } from '../../nearest.js';
import { checked, list, type Report, type Schema, text } from '../schema.js';

/** Groups that can be granted, with the interfaces of each. */
export const IMPORT_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'wasi:cli': [
    'environment',
    'exit',
    'stdin',
    'stdout',
    'stderr',
    'run',
    'terminal-input',
    'terminal-output',
    'terminal-stdin',
    'terminal-stdout',
    'terminal-stderr',
  ],
  'wasi:io': ['error', 'poll', 'streams'],
  'wasi:poll': ['poll'],
  'wasi:clocks': ['monotonic-clock', 'wall-clock', 'timezone'],
  'wasi:filesystem': ['types', 'preopens'],
  'wasi:random': ['random', 'insecure', 'insecure-seed'],
  'wasi:sockets': [
    'network',
    'instance-network',
    'tcp',
    'tcp-create-socket',
    'udp',
    'udp-create-socket',
    'ip-name-lookup',
  ],
  'wasi:http': ['types', 'outgoing-handler', 'incoming-handler'],
  funcs: [],
  wasi1: [],
};

const ALIASES: Readonly<Record<string, string>> = {
  'wasi-preview1': 'wasi1',
  preview1: 'wasi1',
  wasi_snapshot_preview1: 'wasi1',
  'wippy:runtime/funcs': 'funcs',
};

/**
 * Among the names of host interfaces: any interface may be named, since who reads the registry cannot say what the program
 * that uses it will offer.
 */
export const ANY_INTERFACE = '*';

/** `ns:pkg/iface`, in the letters of {@link bareImport}. */
const INTERFACE_ID = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*:[a-z][a-z0-9]*(?:-[a-z0-9]+)*\/[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const RESERVED = /^(?:wasi|wippy):/;

/** One granted name. */
export interface ImportGrant {
  /** `wasi:cli`, `funcs`, `wasi1` (core modules; grants nothing by itself), or a host's own interface without its version. */
  readonly group: string;
  /** Set when only this interface of the group was named. */
  readonly interface: string | null;
}

/** A grant, or null for a name that is in no group. Case and `@version` do not count. */
export function parseImport(name: string): ImportGrant | null {
  const bare = bareImport(name);
  const group = ALIASES[bare] ?? bare;
  if (Object.hasOwn(IMPORT_GROUPS, group)) return { group, interface: null };
  const slash = bare.indexOf('/');
  if (slash === -1) return null;
  const interfaceName = bare.slice(slash + 1);
  const groupName = bare.slice(0, slash);
  const isKnown = Object.hasOwn(IMPORT_GROUPS, groupName) && IMPORT_GROUPS[groupName]!.includes(interfaceName);
  return isKnown ? { group: groupName, interface: interfaceName } : null;
}

function bareImport(name: string): string {
  const at = name.indexOf('@');
  return (at === -1 ? name : name.slice(0, at)).trim().toLowerCase();
}

/** Accepts a list of import names; `hostImports` are the host's own interfaces. */
export function importNames(hostImports: readonly string[]): Schema<readonly ImportGrant[]> {
  const own = new Set(hostImports.filter((each) => each !== ANY_INTERFACE).map(bareImport));
  const takesAny = hostImports.includes(ANY_INTERFACE);
  const check = (name: string, report: Report): ImportGrant => {
    const bare = bareImport(name);
    const grant = own.has(bare) ? { group: bare, interface: null } : parseImport(name);
    if (grant !== null) return grant;
    if (takesAny && mayBeHosts(bare) && nearestImport(bare, own) === null) return { group: bare, interface: null };
    reportUnknown(name, own, report);
    return { group: '', interface: null };
  };
  return list(checked(text, check));
}

/** Whether a host program could offer an interface of that name. */
function mayBeHosts(bare: string): boolean {
  return INTERFACE_ID.test(bare) && !RESERVED.test(bare);
}

function reportUnknown(name: string, own: ReadonlySet<string>, report: Report): void {
  const bare = bareImport(name);
  if (bare === '') {
    report([], {
      code: 'invalid-value',
      message: 'import name cannot be empty',
      expected: `one of ${groupNames(own)}`,
    });
    return;
  }
  const group = bare.split('/', 1)[0]!;
  const interfaces = interfacesOf(group);
  const nearest = nearestImport(bare, own);
  const known =
    interfaces.length > 0 ? `${group}, or one of its interfaces ${interfaces.join(', ')}` : `one of ${groupNames(own)}`;
  const expected = mayBeHosts(bare) ? `${known}, or give it to createHost({ imports })` : known;
  const facts = { code: 'unknown-import', message: `unsupported wasm host import: ${name.slice(0, 100)}`, expected };
  report([], nearest === null ? facts : { ...facts, suggestion: nearest });
}

function nearestImport(bare: string, own: ReadonlySet<string>): string | null {
  const group = bare.split('/', 1)[0]!;
  const candidates = bare.includes('/')
    ? [...interfacesOf(group).map((name) => `${group}/${name}`), ...allInterfaces(), ...own]
    : [...Object.keys(IMPORT_GROUPS), ...Object.keys(ALIASES), ...own];
  // Of equally near names the one that begins alike is meant.
  return nearestName(
    bare,
    candidates.sort((a, b) => sharedLength(b, bare) - sharedLength(a, bare)),
  );
}

function interfacesOf(group: string): readonly string[] {
  return Object.hasOwn(IMPORT_GROUPS, group) ? IMPORT_GROUPS[group]! : [];
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

function groupNames(own: ReadonlySet<string>): string {
  return [...Object.keys(IMPORT_GROUPS), ...own].join(', ');
}

function allInterfaces(): string[] {
  return Object.entries(IMPORT_GROUPS).flatMap(([group, names]) => names.map((name) => `${group}/${name}`));
}
