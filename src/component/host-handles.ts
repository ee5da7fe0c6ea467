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
import type { ComponentPlan, LiftTarget } from './types.js';

/** What a handle needs of its instance. */
export interface HandleOwner {
  readonly poisoned: boolean;
  readonly plan: ComponentPlan;
  /** Methods of a resource type, by WIT name: index of the export. */
  methodsOf(resource: RuntimeResource): ReadonlyMap<string, number>;
  /** Runs what a handle's holder asks of the guest. */
  forHolder<T>(run: () => T): T;
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
export class GuestHandle implements ResourceHandle {
  readonly opaqueKind: `resource ${string}`;
  readonly resource: RuntimeResource;
  readonly rep: number;
  private readonly owner: HandleOwner;
  private state: State;
  private bound: ReadonlyMap<string, (args: readonly Value[]) => Value> | null = null;

  private readonly target: LiftTarget;

  constructor(owner: HandleOwner, resource: RuntimeResource, rep: number, own: boolean, target: LiftTarget) {
    this.target = target;
    this.opaqueKind = `resource ${resource.name}`;
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
      const bind = (index: number) => (args: readonly Value[]) => {
        this.check();
        try {
          return this.owner.forHolder(() => this.owner.call(index, [this, ...args], this.target));
        } catch (thrown) {
          throw this.explained(thrown, index, args);
        }
      };
      this.bound = new Map([...this.owner.methodsOf(this.resource)].map(([name, index]) => [name, bind(index)]));
    }
    return this.bound;
  }

  /**
   * Calls a method with plain values.
   * @throws HostError NotFound (no such method), Invalid (arguments that do not fit; the handle was dropped)
   * @example counter.call('increment')
   */
  call(method: string, ...args: Value[]): Value {
    const bound = this.methods.get(method);
    if (bound !== undefined) return bound(args);
    throw new HostError('NotFound', `resource ${this.resource.name} has no method ${method}`, {
      details: { methods: [...this.methods.keys()] },
    });
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

  /** Destroys an owned resource. Again, or on a borrow: nothing happens. */
  drop(): void {
    if (this.state !== 'own') return;
    this.release();
    if (!this.owner.poisoned) this.owner.forHolder(() => this.owner.destroy(this.resource, this.rep));
  }

  [Symbol.dispose](): void {
    this.drop();
  }

  /** What `console.log` in Node shows. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `[${this.opaqueKind}]`;
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

function goneError(name: string): HostError {
  return new HostError('Invalid', `resource ${name} was dropped or moved before`);
}

/** More of the host's objects in one instance would be memory that the host has to find. */
const MAX_HOST_OBJECTS = 100_000;

/** Reps of the host's own objects. An object lent in a call keeps its rep until that call ends. */
export class HostObjects {
  private readonly objects: (object | null)[] = [];
  private readonly free: number[] = [];
  private lent: number[] = [];

  /** How many the guest has open. */
  get count(): number {
    return this.objects.length - this.free.length;
  }

  /** @throws HostError Unavailable, beyond {@link MAX_HOST_OBJECTS} */
  add(object: object): number {
    const rep = this.free.pop() ?? this.objects.length;
    if (rep >= MAX_HOST_OBJECTS) throw tooManyObjects();
    this.objects[rep] = object;
    return rep;
  }

  lend(object: object): number {
    const rep = this.add(object);
    this.lent.push(rep);
    return rep;
  }

  get(rep: number): object {
    return this.objects[rep] as object;
  }

  remove(rep: number): object {
    const object = this.get(rep);
    this.objects[rep] = null;
    this.free.push(rep);
    return object;
  }

  /** Begins again with the first number. @returns false while one is open */
  renew(): boolean {
    if (this.count > 0) return false;
    this.objects.length = 0;
    this.free.length = 0;
    return true;
  }

  /** The outermost call has ended. */
  endCall(): void {
    if (this.lent.length === 0) return;
    for (const rep of this.lent) this.remove(rep);
    this.lent = [];
  }
}

function tooManyObjects(): HostError {
  const text = `more than ${MAX_HOST_OBJECTS} resources of the host are open in one instance: the guest does not drop them`;
  return new HostError('Unavailable', text, { retryable: false, details: { limit: MAX_HOST_OBJECTS } });
}

/** Destroys a host object that a guest has dropped. */
export function disposeHostObject(object: object): void {
  const dispose = (object as { [Symbol.dispose]?: () => void })[Symbol.dispose];
  if (typeof dispose === 'function') dispose.call(object);
}

function isHandle(resource: RuntimeResource, value: unknown): value is GuestHandle {
  return value instanceof GuestHandle && value.resource === resource;
}

function isObject(resource: RuntimeResource, value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return resource.hostClass === null || value instanceof resource.hostClass;
}

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
