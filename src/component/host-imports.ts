/** The host's side of imports: from what a user gave (functions and classes by name) to what lowered functions call. */
import type { Callee } from '../abi/codegen.js';
import { ArgumentMismatch, Trap } from '../abi/errors.js';
import { explainValue } from '../abi/explain.js';
import type { RuntimeResource } from '../abi/handles.js';
import { MISMATCH } from '../abi/numbers.js';
import { HostError } from '../errors.js';
import { isPromise } from '../promise.js';
import type { FuncType } from '../wit/types.js';
import { GuestEnd } from './guest-end.js';
import { handleCheck } from './host-handles.js';
import type { HostImportFunction, HostImportInterface, PlanImport } from './types.js';

type Class = new (...args: never[]) => object;
type Call = (args: readonly unknown[]) => unknown;

/** `get-stderr` → `getStderr`: the spelling that TypeScript authors also use. */
function camelName(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function member(holder: object, name: string): unknown {
  return given(holder, name) ?? given(holder, camelName(name));
}

/** What every object or function inherits (`toString`, `call`) was not given for an import of that name. */
function given(holder: object, name: string): unknown {
  const value = (holder as Record<string, unknown>)[name];
  const inherited = typeof holder === 'function' ? FUNCTION_MEMBERS : Object.prototype;
  return value === (inherited as unknown as Record<string, unknown>)[name] && !Object.hasOwn(holder, name)
    ? undefined
    : value;
}
const FUNCTION_MEMBERS: unknown = Function.prototype;

/** A core function that the host gave under its exact name. */
export function coreMember(holder: object, name: string): HostImportFunction | null {
  const value = given(holder, name);
  return typeof value === 'function' ? (value as HostImportFunction) : null;
}

/** `blob` → `blob`, `Blob`: a resource's class under its WIT name or as TypeScript spells classes. */
export function resourceClass(holder: HostImportInterface | HostImportFunction, name: string): Class | null {
  const camel = camelName(name);
  const found =
    member(holder, name) ?? (holder as Record<string, unknown>)[`${camel[0]?.toUpperCase()}${camel.slice(1)}`];
  return typeof found === 'function' ? (found as Class) : null;
}

const ANNOTATED = /^\[(constructor|method|static)\]([^.]+)(?:\.(.+))?$/;

/** What `holder` has for `name`, unbound, as it was given; for a constructor its class. */
export function hostMember(holder: HostImportInterface | HostImportFunction, name: string): unknown {
  if (name === '') return holder;
  const [, kind, resource = '', method = ''] = ANNOTATED.exec(name) ?? [];
  if (kind === undefined) return member(holder, name);
  const found = resourceClass(holder, resource);
  if (found === null || kind === 'constructor') return found;
  return member(kind === 'static' ? found : found.prototype, method);
}

/** The function that `holder` has for `name`, or null. */
export function findHostFunction(holder: HostImportInterface | HostImportFunction, name: string): Call | null {
  if (name === '') return typeof holder === 'function' ? (args) => (holder as HostImportFunction)(...args) : null;
  const [, kind, resource = '', method = ''] = ANNOTATED.exec(name) ?? [];
  if (kind === undefined) return bind(holder, member(holder, name));
  const found = resourceClass(holder, resource);
  if (found === null) return null;
  if (kind === 'constructor') return (args) => new found(...(args as never[]));
  if (kind === 'static') return bind(found, member(found, method));
  const named = member(found.prototype, method);
  if (typeof named !== 'function') return null;
  return ([self, ...args]) => (named as HostImportFunction).apply(self, args);
}

function bind(self: object, value: unknown): Call | null {
  return typeof value === 'function' ? (args) => (value as HostImportFunction).apply(self, args as unknown[]) : null;
}

/** `wasi:cli/stderr#get-stderr`, without the version: how an import's function is named in messages. */
export function importLabel(entry: PlanImport, name: string): string {
  return name === '' ? entry.name : `${entry.name.replace(/@.*$/, '')}#${name}`;
}

interface HostCalleeOptions {
  readonly call: Call;
  /** How the import is called in messages. */
  readonly label: string;
  readonly type: FuncType;
  readonly fail: (thrown: unknown) => void;
  readonly resources: readonly RuntimeResource[];
  /** Waits for a promise that `call` answered with; null where nobody can. */
  readonly wait?: Wait | null;
}

/** @throws Trap `import-failed` where the guest cannot suspend at this moment */
export type Wait = (answer: PromiseLike<unknown>, label: string) => Promise<unknown>;

const NOTHING = (): void => {};

/** What a lowered function calls when the host stands behind it. */
export function hostCallee(options: HostCalleeOptions): Callee {
  const { call, label, type, fail, wait = null } = options;
  const give = (result: unknown, resolve: (result: unknown) => unknown): unknown => {
    try {
      return resolve(result);
    } catch (thrown) {
      if (thrown !== MISMATCH) throw thrown;
      const facts = type.result === null ? null : explainValue(type.result, result, handleCheck(options.resources));
      const detail = facts === null ? 'it changed while it was read' : new ArgumentMismatch(facts).message;
      throw new Trap('import-result', { name: label, detail });
    }
  };
  return {
    enter: NOTHING,
    leave: NOTHING,
    fail,
    call(args, resolve) {
      let result: unknown;
      try {
        result = call(args);
      } catch (thrown) {
        throw importFailure(thrown, label);
      }
      if (!isPromise(result)) return give(result, resolve);
      return waitFor(result, label, wait).then((value) => give(value, resolve));
    },
  };
}

/** What an import threw, or its promise was rejected with, as the guest's caller meets it. */
function importFailure(thrown: unknown, label: string): unknown {
  if (thrown instanceof HostError || thrown instanceof Trap || thrown instanceof GuestEnd) return thrown;
  const detail = thrown instanceof Error ? thrown.message : String(thrown);
  return new Trap('import-failed', { name: label, detail }, thrown);
}

/** @throws Trap `import-failed`, at once where nobody can wait */
export function waitFor(answer: PromiseLike<unknown>, label: string, wait: Wait | null): Promise<unknown> {
  if (wait === null) throw cannotWait(answer, label);
  return wait(answer, label).catch((thrown: unknown) => {
    throw importFailure(thrown, label);
  });
}

const CANNOT_WAIT =
  'it returned a promise, for which its guest cannot wait here: run the host with threads, or give an async function on a Node ' +
  'that suspends guests (24.20 and later)';

export function cannotWait(answer: PromiseLike<unknown>, label: string): Trap {
  answer.then(undefined, () => undefined); // nobody will wait for it
  return new Trap('import-failed', { name: label, detail: CANNOT_WAIT });
}
