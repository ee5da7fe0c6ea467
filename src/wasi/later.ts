/** What may have to wait: answers at once where the guest's thread stands still, a promise where the guest suspends. */

/** A value, or the promise of one. */
export type Later<T> = T | Promise<T>;

/** `next` with the value, at once where it is there. */
export function after<T, R>(value: Later<T>, next: (value: T) => Later<R>): Later<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}

/** As {@link after}, with what to do about anything that `run` or its promise fails with. */
export function attempt<T, R>(
  run: () => Later<T>,
  next: (value: T) => Later<R>,
  failed: (thrown: unknown) => R,
): Later<R> {
  try {
    const value = run();
    if (value instanceof Promise) return value.then(next).catch(failed);
    const result = next(value);
    return result instanceof Promise ? result.catch(failed) : result;
  } catch (thrown) {
    return failed(thrown);
  }
}

/** Runs `step` until it answers something: in a loop as long as it answers at once, so that no wait costs stack. */
export function until<T>(step: () => Later<T | undefined>): Later<T> {
  for (;;) {
    const value = step();
    if (value instanceof Promise) return value.then((later) => (later === undefined ? until(step) : later));
    if (value !== undefined) return value;
  }
}
