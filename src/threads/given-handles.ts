/** Handles of instances on this thread that TypeScript holds: it calls their methods, drops them, and passes them to calls here. */

import { goneError } from '../component/handle-calls.js';
import { foreignHandle, GuestHandle, goneHandle } from '../component/host-handles.js';
import { canceled } from '../functions/context.js';
import { timedOut } from '../timed-out.js';
import type { Value } from '../values.js';
import { FOREIGN, GONE, type HandleIn, type HandleOut, LIVE } from './handle-marks.js';
import { openArgs } from './packed-value.js';
import type { Runner } from './runner-state.js';
import type { HostMessage } from './wire.js';

export interface GivenHandles {
  /** By number. */
  readonly handles: Map<number, GuestHandle>;
  readonly out: HandleOut;
}

export function givenHandles(): GivenHandles {
  const handles = new Map<number, GuestHandle>();
  let last = 0;
  return {
    handles,
    out(value) {
      if (!(value instanceof GuestHandle)) return null;
      const { name } = value.resource;
      if (!value.owned) return { number: 0, state: GONE, name };
      handles.set(++last, value);
      return { number: last, state: LIVE, name };
    },
  };
}

/** The handles among the arguments of one call. */
export interface ArgumentHandles {
  readonly in: HandleIn;
  /** One whose method is called. */
  use(handle: GuestHandle): void;
  /** After the call: tells the host which of them moved. @returns whether an instance of them is lost */
  settle(): boolean;
}

export function argumentHandles({ given: { handles }, mailbox }: Runner): ArgumentHandles {
  const opened = new Map<number, GuestHandle>();
  let used: GuestHandle | null = null;
  return {
    use(handle) {
      used = handle;
    },
    in({ number, state, name }) {
      if (state === FOREIGN) return foreignHandle(name);
      const handle = state === LIVE ? handles.get(number) : undefined;
      if (handle === undefined) return goneHandle(name);
      opened.set(number, handle);
      return handle;
    },
    settle() {
      const isLost = used?.instance.poisoned === true;
      if (opened.size === 0) return isLost;
      const moved = [...opened].flatMap(([number, { alive }]) => (alive ? [] : [number]));
      for (const number of moved) handles.delete(number);
      if (moved.length > 0) mailbox.send({ kind: 'moved', handles: moved });
      return isLost || [...opened.values()].some(({ instance }) => instance.poisoned);
    },
  };
}

type MethodMessage = Extract<HostMessage, { kind: 'method' }>;

/** Calls a method, or drops. @throws HostError */
export function callGiven(runner: Runner, message: MethodMessage, args: ArgumentHandles): Value {
  const { given, clock } = runner;
  const { handle: number, resource, method, context } = message;
  const key = `${resource}.${method ?? 'drop'}`;
  const handle = given.handles.get(number);
  if (handle === undefined) throw goneError(resource);
  args.use(handle);
  if (method === null) {
    given.handles.delete(number);
    handle.destroy();
    return null;
  }
  if (runner.isCancelled()) throw canceled(key);
  if (context.deadline === null) return handle.invoke(method, openArgs(message.args, args.in));
  const leftMs = context.deadline - clock.now();
  const timeoutMs = context.deadline - message.since;
  if (leftMs <= 0) throw timedOut(key, 'timeout', timeoutMs, { queueMs: timeoutMs - leftMs, guestMs: 0, waitMs: 0 });
  return handle.invoke(method, openArgs(message.args, args.in), { name: key, leftMs, timeoutMs });
}
