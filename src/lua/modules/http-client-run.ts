/** How `http` and `http_client` ask the host's thread: their task waits, and others go on. */

import { HostError } from '../../errors.js';
import type { Value } from '../../values.js';
import type { Core } from '../core.js';
import type { LuaState } from '../fengari.js';
import { pushNilAnd } from '../results.js';
import { callContextOf } from '../run-end.js';
import { ioOf } from '../run-io.js';
import { canWait, waitForPromise } from '../waits.js';

/** Asks for one thing. Waits where that is possible; else its thread stands still. */
export type Ask = (op: string, ...args: readonly Value[]) => Value | Promise<Value>;

/**
 * Runs `ask`; `push` gives its answer to Lua.
 * @param told how an error is told: as `nil, error` where nothing else is said
 */
export function askWhileWaiting<T>(
  core: Core,
  L: LuaState,
  what: string,
  run: (ask: Ask) => T | Promise<T>,
  push: (L: LuaState, answer: T) => number,
  told: (L: LuaState, thrown: unknown) => number = (state, thrown) => pushNilAnd(core, state, thrown),
): number {
  const { run: running } = core.task!;
  try {
    const client = ioOf(core, running);
    if (!canWait(core, L)) {
      return push(L, run((op, ...args) => client.callNow(op, ...args)) as T);
    }
    const { signal } = callContextOf(running);
    const answer = run((op, ...args) => client.call(op, args, signal));
    if (!(answer instanceof Promise)) return push(L, answer);
    return waitForPromise(core, L, what, answer, (state, wait) => {
      if (wait.failure !== undefined) return told(state, wait.failure);
      try {
        return push(state, wait.value as T);
      } catch (thrown) {
        return told(state, thrown);
      }
    });
  } catch (thrown) {
    if (!(thrown instanceof HostError)) throw thrown;
    return told(L, thrown);
  }
}

/** An error as scripts know it: what a second attempt may cure is Internal and retryable. */
export function clientError(url: string): (thrown: unknown) => unknown {
  return (thrown) => {
    if (!(thrown instanceof HostError)) return thrown;
    const { kind, message, details } = thrown;
    if (kind === 'PermissionDenied') {
      return new HostError(kind, `not allowed: ${withoutSecrets(url)}: ${message}`, { retryable: false, details });
    }
    if (kind === 'Unavailable' && details?.code !== undefined) {
      return new HostError('Internal', message, { retryable: true, details });
    }
    return thrown;
  };
}

/** Users, passwords and queries stay out of messages. */
function withoutSecrets(url: string): string {
  return url
    .replace(/[?#].*$/s, '')
    .replace(/\/\/[^/]*@/, '//')
    .slice(0, 300);
}
