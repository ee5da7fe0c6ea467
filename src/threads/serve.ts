/** What call threads ask of the host: functions that run elsewhere, imports that TypeScript provides, seats of pools. */

import { HostError } from '../errors.js';
import { canceled } from '../functions/context.js';
import type { Seat } from '../functions/elsewhere.js';
import type { LendWait, LentSeat } from '../functions/remote.js';
import type { CallContext } from '../functions/types.js';
import type { IoOperations } from '../io.js';
import type { LogRecord, LuaRegistry } from '../lua/platform.js';
import { isPromise } from '../promise.js';
import { registryToData } from '../runner/registry-view.js';
import type { Value } from '../values.js';
import { type HostThread, keepLease } from './host-thread.js';
import { type IoAnswer, openDesk } from './io-desk.js';
import { failedWith, fromWireContext, succeeded } from './outcome.js';
import { openArgs } from './packed-value.js';
import { type HostMessage, NO_REQUEST, type ThreadMessage, type WireOutcome } from './wire.js';

export interface ServeOptions {
  /** The host's function table. */
  readonly call: (id: string, args: readonly Value[], context: CallContext) => Value | Promise<Value>;
  /** The same of a call that was entered on its thread: counted and bounded there. */
  readonly callEntered: ServeOptions['call'];
  /** Whether calls of this function always go to a thread. */
  readonly runsElsewhere: (id: string) => boolean;
  /** A function that TypeScript provides for an import. */
  readonly callImport: (name: string, fn: string, args: readonly Value[]) => unknown;
  /**
   * A seat of a function's pool for as long as the thread wants it; null where none is free and `wait` is null.
   * @throws AdmissionEnded
   */
  readonly lend: (id: string, wait: LendWait | null) => Promise<LentSeat> | null;
  /** What can be asked of the host's thread. */
  readonly operations: IoOperations;
  readonly registry: () => LuaRegistry;
  /** null: threads write the log themselves. */
  readonly log: ((record: LogRecord) => void) | null;
  readonly print: (line: Uint8Array, place: string) => void;
  /** The seat's instance will be on `thread`. */
  readonly take: (id: string, seat: Seat, thread: HostThread) => void;
  readonly post: (thread: HostThread, message: HostMessage, plain: boolean) => void;
}

type Asked = Exclude<
  ThreadMessage,
  { readonly kind: 'answer' | 'moved' | 'define' | 'partner' | 'partner-end' | 'relay' | 'wake' }
>;

export function serve(options: ServeOptions, thread: HostThread, message: Asked): void {
  switch (message.kind) {
    case 'forward':
      forward(options, thread, message);
      return;
    case 'abandon':
      thread.requests.get(message.request)?.abort();
      thread.imports.get(message.request)?.giveUp(canceled('an import'));
      return;
    case 'lease':
      lease(options, thread, message);
      return;
    case 'return':
      thread.leases.get(message.seat)?.release(message.spent);
      return;
    case 'import':
      callImport(options, thread, message);
      return;
    case 'registry':
      answerWith(options, thread, message.request, NOTHING, () => registryToData(options.registry()));
      return;
    case 'io':
      askDesk(options, thread, message);
      return;
    case 'io-end':
      thread.desks.get(message.client)?.end();
      thread.desks.delete(message.client);
      return;
    case 'log':
      options.log?.(message.record);
      return;
    case 'print':
      options.print(message.line, message.place);
  }
}

function reply({ post }: ServeOptions, thread: HostThread, request: number, outcome: WireOutcome, plain = false): void {
  try {
    post(thread, { kind: 'reply', request, outcome }, plain);
  } catch (error) {
    post(thread, { kind: 'reply', request, outcome: failedWith(error) }, false);
  }
}

const NOTHING = (): void => {};

/** Answers a request with what `run` gives, now or later. */
function answerWith(
  options: ServeOptions,
  thread: HostThread,
  request: number,
  ended: () => void,
  run: (signal: AbortSignal) => Value | Promise<Value>,
): void {
  const controller = new AbortController();
  let answer: Value | Promise<Value>;
  try {
    answer = run(controller.signal);
  } catch (error) {
    ended();
    reply(options, thread, request, failedWith(error));
    return;
  }
  if (!(answer instanceof Promise)) {
    ended();
    reply(options, thread, request, succeeded(answer));
    return;
  }
  thread.requests.set(request, controller);
  const end = (outcome: WireOutcome) => {
    thread.requests.delete(request);
    ended();
    reply(options, thread, request, outcome);
  };
  answer.then(
    (value) => end(succeeded(value)),
    (error: unknown) => end(failedWith(error)),
  );
}

function forward(options: ServeOptions, thread: HostThread, message: Extract<Asked, { kind: 'forward' }>): void {
  const { standing, beside } = message;
  if (standing) thread.blocked++;
  const ended = () => {
    if (standing) thread.blocked--;
  };
  answerWith(options, thread, message.request, ended, (signal) => {
    const context = fromWireContext(message.context, signal);
    return (message.entered ? options.callEntered : options.call)(
      message.id,
      // The host's thread does not look into what another thread will get.
      options.runsElsewhere(message.id) ? (message.args as readonly Value[]) : openArgs(message.args),
      beside ? { ...context, besideThread: thread.number } : context,
    );
  });
}

const NO_SEAT = -1;

function lease(options: ServeOptions, thread: HostThread, message: Extract<Asked, { kind: 'lease' }>): void {
  const { id, wait, deadline, request } = message;
  answerWith(options, thread, request, NOTHING, (signal) => {
    const lent = options.lend(id, wait ? { signal, deadline } : null);
    if (lent === null) return NO_SEAT;
    return lent.then(({ seat, release }) => {
      if (thread.dead) {
        release();
        throw new HostError('Unavailable', `${id}: the thread is gone`);
      }
      options.take(id, seat, thread);
      keepLease(thread, id, seat, release);
      return seat.number;
    });
  });
}

/** A thread that stands still until it is answered does not count as running meanwhile. */
function callImport(options: ServeOptions, thread: HostThread, message: Extract<Asked, { kind: 'import' }>): void {
  const { request, call, standing, name, fn, args } = message;
  let open = true;
  const end = (outcome: WireOutcome, waited: boolean) => {
    if (!open) return;
    open = false;
    thread.imports.delete(request);
    if (waited && standing) thread.blocked--;
    reply(options, thread, request, outcome, true);
  };
  let result: unknown;
  try {
    result = options.callImport(name, fn, openArgs(args));
  } catch (error) {
    end(failedWith(error), false);
    return;
  }
  if (!isPromise(result)) {
    end(succeeded(result as Value), false);
    return;
  }
  if (standing) thread.blocked++;
  thread.imports.set(request, { call, giveUp: (error) => end(failedWith(error), true) });
  Promise.resolve(result).then(
    (value) => end(succeeded(value as Value), true),
    (error: unknown) => end(failedWith(error), true),
  );
}

/** Plain values both ways. Who gives up is answered at once, whatever the operation does. */
function askDesk(options: ServeOptions, thread: HostThread, message: Extract<Asked, { kind: 'io' }>): void {
  const { request, client, standing, id, op, args } = message;
  let asked: IoAnswer;
  try {
    let desk = thread.desks.get(client);
    if (desk === undefined) {
      desk = openDesk(options.operations, id);
      thread.desks.set(client, desk);
    }
    asked = desk.ask(op, openArgs(args));
  } catch (error) {
    if (request !== NO_REQUEST) reply(options, thread, request, failedWith(error));
    return;
  }
  const { answer, abandon } = asked;
  if (request === NO_REQUEST) {
    if (answer instanceof Promise) answer.catch(NOTHING);
    return;
  }
  if (!(answer instanceof Promise)) {
    reply(options, thread, request, succeeded(answer), true);
    return;
  }
  const controller = new AbortController();
  if (standing) thread.blocked++;
  thread.requests.set(request, controller);
  const end = (outcome: WireOutcome) => {
    if (!thread.requests.delete(request)) return;
    if (standing) thread.blocked--;
    reply(options, thread, request, outcome, true);
  };
  controller.signal.addEventListener('abort', () => {
    abandon();
    end(failedWith(canceled(id)));
  });
  answer.then(
    (value) => end(succeeded(value)),
    (error: unknown) => end(failedWith(error)),
  );
}
