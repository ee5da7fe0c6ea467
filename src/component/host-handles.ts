/**
 * Resources at the host's edge: guests' resources as objects that callers hold, the host's objects as reps in guests.
 */
import type { HandleCheck, HostHandles } from '../abi/context.js';
import { describeValue } from '../abi/describe.js';
import { ArgumentMismatch } from '../abi/errors.js';
import { explainArguments } from '../abi/explain.js';
import { explainGuestError, mismatchError } from '../abi/guest-errors.js';
import type { RuntimeResource } from '../abi/handles.js';
import { HostBug, HostError } from '../errors.js';
import type { ResourceHandle, Value } from '../values.js';
import { printSignature } from '../wit/print.js';
import type { FuncType } from '../wit/types.js';
import {
  canceledError,
  checkTerms,
  goneError,
  type HandleCalls,
  type HandleCallTerms,
  HeldResource,
  type HolderTime,
} from './handle-calls.js';
import type { HostObjects } from './host-objects.js';
import type { ComponentPlan, LiftTarget } from './types.js';

/** What a handle needs of its instance. */
export interface HandleOwner {
  readonly poisoned: boolean;
  readonly plan: ComponentPlan;
  /** Methods of a resource type, by WIT name: index of the export. */
  methodsOf(resource: RuntimeResource): ReadonlyMap<string, number>;
  /** Runs what a handle's holder asks of the guest, for so long at most. */
  forHolder<T>(run: () => T, time?: HolderTime): T;
  call(index: number, args: readonly Value[], target: LiftTarget): Value;
  destroy(resource: RuntimeResource, rep: number): void;
  /** Counts the handles that callers hold. */
  count(change: 1 | -1): void;
}

type State = 'own' | 'borrow' | 'gone';

/**
 * A guest's resource in the hands of Lua or TypeScript. An own lives until it is dropped or moved back into a guest; a
 * borrow until the call that gave it ends.
 */
export class GuestHandle extends HeldResource implements ResourceHandle {
  readonly resource: RuntimeResource;
  readonly rep: number;
  private readonly owner: HandleOwner;
  private state: State;
  private bound: ReadonlyMap<string, (args: readonly Value[]) => Value> | null = null;

  private readonly target: LiftTarget;

  constructor(owner: HandleOwner, resource: RuntimeResource, rep: number, own: boolean, target: LiftTarget) {
    super(resource.name);
    this.target = target;
    this.resource = resource;
    this.rep = rep;
    this.owner = owner;
    this.state = own ? 'own' : 'borrow';
    if (own) owner.count(1);
  }

  /** The instance that it belongs to. */
  get instance(): HandleOwner {
    return this.owner;
  }

  get alive(): boolean {
    return this.state !== 'gone';
  }

  /** The resource's methods by WIT name; each takes its arguments without `self`. */
  get methods(): ReadonlyMap<string, (args: readonly Value[]) => Value> {
    if (this.bound === null) {
      const bind = (index: number) => (args: readonly Value[]) => this.enter(index, args);
      this.bound = new Map([...this.owner.methodsOf(this.resource)].map(([name, index]) => [name, bind(index)]));
    }
    return this.bound;
  }

  private enter(index: number, args: readonly Value[], time?: HolderTime): Value {
    this.check();
    try {
      return this.owner.forHolder(() => this.owner.call(index, [this, ...args], this.target), time);
    } catch (thrown) {
      throw this.explained(thrown, index, args);
    }
  }

  /**
   * Calls a method where the caller is.
   * @throws HostError NotFound (no such method), Invalid (arguments that do not fit; the handle was dropped)
   */
  invoke(method: string, args: readonly Value[], time?: HolderTime): Value {
    const methods = this.owner.methodsOf(this.resource);
    const index = methods.get(method);
    if (index !== undefined) return this.enter(index, args, time);
    throw new HostError('NotFound', `resource ${this.resource.name} has no method ${method}`, {
      details: { methods: [...methods.keys()] },
    });
  }

  /**
   * The same for TypeScript, with plain values.
   * @example await counter.call('increment')
   */
  async call(method: string, ...args: Value[]): Promise<Value> {
    return this.invoke(method, args);
  }

  /** The same under terms of its own. @throws HostError Invalid, for terms that are none */
  with(terms: HandleCallTerms): HandleCalls {
    checkTerms(terms);
    const { signal, timeout } = terms;
    return {
      call: async (method, ...args) => {
        const name = `${this.resource.name}.${method}`;
        if (signal?.aborted === true) throw canceledError(name, signal);
        const time = timeout === undefined ? undefined : { name, leftMs: timeout, timeoutMs: timeout };
        return this.invoke(method, args as Value[], time);
      },
    };
  }

  /** What messages show of a method that there is. */
  shapeOf(method: string): { readonly signature: string; readonly parameters: readonly string[] } {
    const { name, type } = this.asCalled(this.owner.methodsOf(this.resource).get(method) ?? -1);
    return { signature: signatureOf(name, type), parameters: type.params.map((param) => param.name) };
  }

  /** A method as its caller sees it: without `self`. */
  private asCalled(index: number): { readonly name: string; readonly type: FuncType } {
    const fn = this.owner.plan.exports[index]?.function;
    if (fn === undefined) throw new HostBug(`the plan has no export ${index}`);
    return { name: fn.name, type: { ...fn.type, params: fn.type.params.slice(1) } };
  }

  /** What a method threw, told as a function's errors are; arguments count without `self`. */
  private explained(thrown: unknown, index: number, args: readonly Value[]): unknown {
    const { name, type } = this.asCalled(index);
    const called = { id: `${this.resource.name}.${name}`, signature: signatureOf(name, type) };
    if (!(thrown instanceof ArgumentMismatch)) return explainGuestError(thrown, called);
    const { facts } = thrown;
    const counted =
      facts.argument < 0 ? (explainArguments(type, args) ?? facts) : { ...facts, argument: facts.argument - 1 };
    return mismatchError(counted, called);
  }

  private check(): void {
    if (this.state === 'gone') throw goneError(this.resource.name);
    if (this.owner.poisoned) {
      throw new HostError('Internal', `resource ${this.resource.name} is lost: its instance has trapped before`);
    }
  }

  /**
   * Destroys an owned resource. Again, or on a borrow: nothing happens.
   * @throws what its destructor did, to Lua; TypeScript is told by the promise, if it asks
   */
  drop(): Promise<void> {
    try {
      this.destroy();
    } catch (error) {
      if (this.target === 'go') throw error;
      const failed = Promise.reject(error);
      failed.catch(() => {});
      return failed;
    }
    return Promise.resolve();
  }

  /** The same where the caller is. */
  destroy(): void {
    if (this.state !== 'own') return;
    this.release();
    if (!this.owner.poisoned) this.owner.forHolder(() => this.owner.destroy(this.resource, this.rep));
  }

  /** The handle moves into a guest, or its call has ended. */
  release(): void {
    if (this.state === 'own') this.owner.count(-1);
    this.state = 'gone';
  }

  get owned(): boolean {
    return this.state === 'own';
  }

  /** The call that took it did not happen: it is the caller's again. */
  restore(): void {
    this.state = 'own';
    this.owner.count(1);
  }
}

/** `add: func(item: item) -> u32` */
function signatureOf(name: string, type: FuncType): string {
  return printSignature({ name, type, role: { kind: 'freestanding' } });
}

function isHandle(resource: RuntimeResource, value: unknown): value is GuestHandle {
  return value instanceof GuestHandle && value.resource === resource;
}

function isObject(resource: RuntimeResource, value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return resource.hostClass === null || value instanceof resource.hostClass;
}

/** Stands for one that was dropped or moved: refused as that one would be. */
export function goneHandle(name: string): GuestHandle {
  const handle = foreignHandle(name);
  handle.release();
  return handle;
}

/** Stands for one of an instance that is somewhere else. */
export function foreignHandle(name: string): GuestHandle {
  const resource = { name } as RuntimeResource;
  return new GuestHandle(NOBODY, resource, 0, false, 'js');
}

const NOBODY = { poisoned: true } as HandleOwner;

/** What to do about handles that do not belong together. */
const ONE_INSTANCE = 'take both from one call, or from functions of one instance that is still held';

/** For explaining refused arguments: an own that two places name is gone at the second. */
export function handleCheck(resources: readonly RuntimeResource[]): HandleCheck {
  const taken = new Set<unknown>();
  return (type, value) => {
    const resource = resources[type.resource.id] as RuntimeResource;
    if (resource.impl === null) return isObject(resource, value) ? null : describeValue(value);
    if (!(value instanceof GuestHandle)) return describeValue(value);
    if (value.resource !== resource) {
      if (value.resource.name !== resource.name) return value.opaqueKind;
      if (value.alive) return `a ${resource.name} of another instance: ${ONE_INSTANCE}`;
    }
    if (!value.alive || taken.has(value)) return `a ${resource.name} that was dropped or moved before`;
    if (type.kind === 'own' && !value.owned) return `a borrowed ${resource.name}`;
    if (type.kind === 'own') taken.add(value);
    return null;
  };
}

/**
 * The edge of one instance.
 *
 * @param borrows collects handles that end with the call
 * @param moved collects handles that the call has taken
 */
export function makeHostHandles(
  owner: HandleOwner,
  objects: HostObjects,
  borrows: GuestHandle[],
  moved: GuestHandle[],
): HostHandles {
  return {
    lift(resource, rep, own, target) {
      if (resource.impl === null) return own ? objects.remove(rep) : objects.get(rep);
      const handle = new GuestHandle(owner, resource, rep, own, target);
      if (!own) borrows.push(handle);
      return handle;
    },
    lowerOwn(resource, value) {
      if (resource.impl === null) return isObject(resource, value) ? objects.add(value) : undefined;
      if (!isHandle(resource, value) || !value.owned) return undefined;
      value.release();
      moved.push(value);
      return value.rep;
    },
    lowerBorrow(resource, value) {
      if (resource.impl === null) return isObject(resource, value) ? objects.lend(value) : undefined;
      return isHandle(resource, value) && value.alive ? value.rep : undefined;
    },
  };
}
