/**
 * Resources of guests on call threads, in the hands of TypeScript: a method's call is a call like any other, but for its thread,
 * which is the one that has the instance, or none.
 */
import {
  checkTerms,
  goneError,
  type HandleCalls,
  type HandleCallTerms,
  HeldResource,
} from '../component/handle-calls.js';
import { HostError } from '../errors.js';
import { canceled, withReason } from '../functions/context.js';
import type { Seat } from '../functions/elsewhere.js';
import { ROOT_CONTEXT } from '../functions/types.js';
import { MAX_DEPTH, type Value } from '../values.js';
import { type CrewState, closed } from './crew-state.js';
import type { FunctionDefinition } from './definitions.js';
import { FOREIGN, GONE, type HandleIn, type HandleOut, LIVE } from './handle-marks.js';
import { type HeldHandle, letGo } from './held-handle.js';
import type { HostThread } from './host-thread.js';
import { type HandleCrossing, submit } from './jobs.js';
import { handleLost, toWireContext } from './outcome.js';

/** As they are handed on. */
type Terms = { readonly [K in keyof HandleCallTerms]: HandleCallTerms[K] | undefined };

type GuestDefinition = Extract<FunctionDefinition, { kind: 'wasm' }>;

/** A class, so that it is told from plain data wherever values are looked into. */
export class RemoteHandle extends HeldResource {
  readonly held: HeldHandle;
  private readonly crew: CrewState;

  constructor(crew: CrewState, held: HeldHandle) {
    super(held.resource);
    this.crew = crew;
    this.held = held;
    Object.defineProperty(this, 'crew', { enumerable: false });
    Object.defineProperty(this, 'held', { enumerable: false });
  }

  get alive(): boolean {
    return this.held.state !== 'gone';
  }

  call(method: string, ...args: unknown[]): Promise<unknown> {
    return callMethod(this.crew, this.held, method, args as Value[], {});
  }

  with(terms: HandleCallTerms): HandleCalls {
    checkTerms(terms);
    return { call: (method, ...args) => callMethod(this.crew, this.held, method, args as Value[], terms) };
  }

  drop(): Promise<void> {
    return dropHandle(this.crew, this.held);
  }
}

/** For a call of what the definition tells, into the seat's instance. */
export function crossing(crew: CrewState, seat: Seat, { id, guarded }: GuestDefinition): HandleCrossing {
  return { to: handlesTo, of: (thread) => handlesOf(crew, thread, { seat, id, guarded }) };
}

type Giver = Pick<HeldHandle, 'seat' | 'id' | 'guarded'>;

function handlesOf(crew: CrewState, thread: HostThread, giver: Giver): HandleIn {
  const { seat } = giver;
  return ({ number, state, name }) => {
    const isLive = state === LIVE && !thread.dead;
    const held: HeldHandle = { ...giver, thread, number, resource: name, state: isLive ? 'live' : 'gone' };
    const handle = new RemoteHandle(crew, held);
    if (!isLive) return handle;
    thread.held.set(number, held);
    seat.held++;
    crew.forgotten.register(handle, held);
    return handle;
  };
}

function handlesTo(thread: HostThread): HandleOut {
  return (value) => {
    if (!(value instanceof RemoteHandle)) return null;
    const { number, resource: name, state, thread: home } = value.held;
    if (state !== 'live') return { number: 0, state: GONE, name };
    return home === thread ? { number, state: LIVE, name } : { number: 0, state: FOREIGN, name };
  };
}

/** The seat whose instance a call with these arguments has to go to; null: any. @throws HostError Internal: it is lost */
export function holderOf(args: readonly Value[]): Seat | null {
  const held = firstHeld(args, 0);
  if (held?.state === 'lost') throw lost(held);
  return held?.seat ?? null;
}

function firstHeld(value: unknown, depth: number): HeldHandle | null {
  // Deeper values hold no handle that a guest would take.
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return null;
  if (value instanceof RemoteHandle) return value.alive ? value.held : null;
  if (ArrayBuffer.isView(value)) return null;
  const elements = Array.isArray(value) ? value : Object.values(value);
  for (const element of elements) {
    const found = firstHeld(element, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function callMethod(
  crew: CrewState,
  held: HeldHandle,
  method: string,
  args: readonly Value[],
  { signal, timeout }: HandleCallTerms,
): Promise<Value> {
  if (held.state === 'gone') return Promise.reject(goneError(held.resource));
  if (held.state === 'lost' && !crew.closing) return Promise.reject(lost(held));
  const name = String(method);
  if (signal === undefined) return submitMethod(crew, held, name, args, { timeout });
  if (signal.aborted) return Promise.reject(withReason(canceled(`${held.resource}.${name}`), signal));
  return submitMethod(crew, held, name, args, { signal, timeout }).catch((error: unknown) => {
    throw error instanceof HostError ? withReason(error, signal) : error;
  });
}

/** Again, or of one that is gone: nothing happens. Who does not ask is not told what the destructor did. */
export function dropHandle(crew: CrewState, held: HeldHandle): Promise<void> {
  if (held.state !== 'live') return Promise.resolve();
  held.state = 'gone';
  const dropped = submitMethod(crew, held, null, [], {}).then(
    () => letGo(held),
    (error: unknown) => {
      letGo(held);
      if (!held.thread.dead) throw error; // with its thread the resource is gone, too
    },
  );
  dropped.catch(() => {});
  return dropped;
}

function submitMethod(
  crew: CrewState,
  held: HeldHandle,
  method: string | null,
  args: readonly Value[],
  { signal, timeout }: Terms,
): Promise<Value> {
  const { thread, number, resource, seat } = held;
  const definition = crew.definitionOf(held.id) as GuestDefinition;
  const key = `${resource}.${method ?? 'drop'}`;
  if (crew.closing || crew.handlesEnd) return Promise.reject(closed(key));
  const since = crew.clock.now();
  const context = { ...ROOT_CONTEXT, signal: signal ?? null, deadline: timeout === undefined ? null : since + timeout };
  const wire = toWireContext(context);
  const answer = submit(crew, key, 'guest', context, {
    message: (call) => ({ kind: 'method', call, handle: number, resource, method, args, context: wire, since }),
    plain: true,
    since,
    home: thread,
    timeoutMs: timeout,
    definition,
    handles: crossing(crew, seat, definition),
    ended: (spent) => {
      if (spent) seat.spent = true;
    },
  });
  crew.methods.add(answer);
  const done = () => crew.methods.delete(answer);
  answer.then(done, done);
  return answer;
}

/** Refuses further calls. @returns when those under way have ended; null: there are none */
export function endHandles(crew: CrewState): Promise<unknown> | null {
  crew.handlesEnd = true;
  return crew.methods.size === 0 ? null : Promise.allSettled(crew.methods);
}

function lost({ resource, thread }: HeldHandle): HostError {
  return handleLost(`resource ${resource}`, thread.endedFor);
}
