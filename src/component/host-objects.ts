/** The host's objects as reps in guests. */
import { HostError } from '../errors.js';

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
