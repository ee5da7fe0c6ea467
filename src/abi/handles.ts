/**
 * Resources inside guests: the table of handles that each component instance has, and the rules of own and borrow.
 * Rules: `Table`, `ResourceHandle`, `ResourceType`, `lift_own`, `lift_borrow`, `lower_own`, `lower_borrow`,
 * `canon_resource_new/drop/rep` (canonical-abi/definitions.py, SPEC_COMMIT).
 */
import { HostBug } from '../errors.js';
import { Trap } from './errors.js';

/** Run-time state of one component instance. Rule: `ComponentInstance`. */
export interface ComponentInstance {
  /** `$a / $b`, for messages. */
  readonly path: string;
  readonly parent: ComponentInstance | null;
  readonly handles: HandleTable;
  mayEnter: boolean;
  mayLeave: boolean;
}

/**
 * A resource type at run time: generative, one per instantiation. Rule: `ResourceType`.
 * `impl` null: the host implements it.
 */
export interface RuntimeResource {
  readonly name: string;
  readonly impl: ComponentInstance | null;
  /** Destroys `rep`, through the entry checks of a lifted call; null: nothing to do. */
  dtor: ((rep: number, caller: ComponentInstance | null) => void) | null;
  /** The class whose objects the host gives for it, when the host named one. */
  readonly hostClass: (abstract new (...args: never[]) => object) | null;
}

/** Rule: `borrow_scope` of a Task: counts the borrows that a callee still has to drop. */
export interface BorrowScope {
  numBorrows: number;
}

/** Rule: `ResourceHandle`. */
export interface ResourceHandleEntry {
  readonly resource: RuntimeResource;
  readonly rep: number;
  readonly own: boolean;
  readonly scope: BorrowScope | null;
  numLends: number;
}

/** Rule: `Table.MAX_LENGTH`, but lower: handles live in the host's memory, not the guest's (about 80 bytes each). */
const MAX_LENGTH = 2 ** 22;

/** Rule: `Table`: index 0 is never used, freed indices are used again, last freed first. */
export class HandleTable {
  private readonly entries: (ResourceHandleEntry | null)[] = [null];
  private readonly free: number[] = [];
  private readonly maxLength: number;

  constructor(maxLength = MAX_LENGTH) {
    this.maxLength = maxLength;
  }

  /** @throws Trap `handle-unknown` */
  get(index: number): ResourceHandleEntry {
    const entry = this.entries[index];
    if (entry === undefined || entry === null) throw new Trap('handle-unknown', { index });
    return entry;
  }

  /** What `index` holds, if anything. */
  peek(index: number): ResourceHandleEntry | null {
    return this.entries[index] ?? null;
  }

  /** @throws Trap `handles-exhausted` */
  add(entry: ResourceHandleEntry): number {
    const reused = this.free.pop();
    if (reused !== undefined) {
      this.entries[reused] = entry;
      return reused;
    }
    const index = this.entries.length;
    if (index > this.maxLength) throw new Trap('handles-exhausted', { limit: this.maxLength });
    this.entries.push(entry);
    return index;
  }

  remove(index: number): ResourceHandleEntry {
    const entry = this.get(index);
    this.entries[index] = null;
    this.free.push(index);
    return entry;
  }

  /** Begins again with the first index. @returns false while it holds something */
  renew(): boolean {
    if (this.entries.length - 1 !== this.free.length) return false;
    this.entries.length = 1;
    this.free.length = 0;
    return true;
  }
}

function checkType(entry: ResourceHandleEntry, index: number, resource: RuntimeResource): void {
  if (entry.resource === resource) return;
  const expected = describeResource(resource, entry.resource);
  throw new Trap('handle-wrong-type', { index, expected, found: describeResource(entry.resource, resource) });
}

/** Two resource types can have one name; then the message needs where they come from. */
function describeResource(resource: RuntimeResource, other: RuntimeResource): string {
  if (resource.name !== other.name) return resource.name;
  return `${resource.name} of ${resource.impl === null ? 'the host' : resource.impl.path}`;
}

/** Rule: `lift_own`. Takes the handle out of the table. @returns the rep */
export function liftOwn(inst: ComponentInstance, i32: number, resource: RuntimeResource): number {
  const index = i32 >>> 0;
  const entry = inst.handles.remove(index);
  checkType(entry, index, resource);
  if (entry.numLends !== 0) throw new Trap('handle-lent', { index, resource: resource.name });
  if (!entry.own) throw new Trap('handle-not-owned', { index, resource: resource.name });
  return entry.rep;
}

/** Rule: `lift_borrow`. The handle stays, lent until the call is over: the caller gives `lenders` back. @returns the rep */
export function liftBorrow(
  inst: ComponentInstance,
  i32: number,
  resource: RuntimeResource,
  lenders: ResourceHandleEntry[],
): number {
  const index = i32 >>> 0;
  const entry = inst.handles.get(index);
  checkType(entry, index, resource);
  entry.numLends += 1;
  lenders.push(entry);
  return entry.rep;
}

/** Rule: `Subtask.deliver_resolve`: lent handles are free again. */
export function returnLenders(lenders: ResourceHandleEntry[]): void {
  for (const entry of lenders) entry.numLends -= 1;
  lenders.length = 0;
}

/** Rule: `lower_own`. */
export function lowerOwn(inst: ComponentInstance, rep: number, resource: RuntimeResource): number {
  return inst.handles.add({ resource, rep, own: true, scope: null, numLends: 0 });
}

/** Rule: `lower_borrow`. The implementing instance gets the rep itself. */
export function lowerBorrow(
  inst: ComponentInstance,
  rep: number,
  resource: RuntimeResource,
  scope: BorrowScope | null,
): number {
  if (inst === resource.impl) return rep;
  if (scope === null) throw new HostBug('a borrow is lowered outside a call');
  scope.numBorrows += 1;
  return inst.handles.add({ resource, rep, own: false, scope, numLends: 0 });
}

function checkMayLeave(inst: ComponentInstance): void {
  if (!inst.mayLeave) throw new Trap('cannot-leave', { instance: inst.path });
}

/** Rule: `canon_resource_new`. */
export function resourceNew(inst: ComponentInstance, resource: RuntimeResource, rep: number): number {
  checkMayLeave(inst);
  return lowerOwn(inst, rep, resource);
}

/** Rule: `canon_resource_drop`. */
export function resourceDrop(inst: ComponentInstance, resource: RuntimeResource, i32: number): void {
  checkMayLeave(inst);
  const index = i32 >>> 0;
  const entry = inst.handles.remove(index);
  checkType(entry, index, resource);
  if (entry.numLends !== 0) throw new Trap('handle-lent', { index, resource: resource.name });
  if (entry.own) resource.dtor?.(entry.rep, inst);
  else if (entry.scope !== null) entry.scope.numBorrows -= 1;
}

/** Rule: `canon_resource_rep`. */
export function resourceRep(inst: ComponentInstance, resource: RuntimeResource, i32: number): number {
  const index = i32 >>> 0;
  const entry = inst.handles.get(index);
  checkType(entry, index, resource);
  return entry.rep;
}
