/** How long a handler waits for its request's body: what `http.request{timeout}` says. */

import { onAbort } from '../abort.js';
import { HostError } from '../errors.js';
import type { IoOperation } from '../io.js';
import { MAX_TIMER_MS } from '../timers.js';
import type { Value } from '../values.js';

/** The operation, whose third argument is how many milliseconds it may wait. Its own error after that is Internal. */
export function withinItsTime(operation: IoOperation): IoOperation {
  return (session, args, signal) => {
    const ms = Number(args[2] ?? MAX_TIMER_MS);
    const ending = new AbortController();
    const answer = operation(session, args, ending.signal);
    return answer instanceof Promise ? bounded(answer, ms, ending, signal) : answer;
  };
}

function bounded(answer: Promise<Value>, ms: number, ending: AbortController, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      forget();
    };
    const expire = () => {
      stop();
      reject(tooSlow(ms));
      ending.abort();
    };
    const timer = setTimeout(expire, Math.min(ms, MAX_TIMER_MS));
    const forget = onAbort(signal, () => ending.abort(signal.reason));
    answer.then(resolve, reject).finally(stop);
  });
}

function tooSlow(ms: number): HostError {
  return new HostError('Internal', `the request's body did not come within ${ms} ms`, {
    retryable: false,
    details: { timeout_ms: ms },
  });
}
