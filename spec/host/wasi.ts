/** Guests that ask their host for things, with what an entry grants them. */
import { HostError } from '../../src/errors.js';
import { createHost } from '../../src/host/host.js';
import type { Host, HostOptions } from '../../src/host/types.js';
import type { LogRecord } from '../../src/lua/platform.js';
import { guestEntry, registryOf } from './guests.js';

export interface GuestUse extends Omit<HostOptions, 'registry' | 'log'> {
  /** Fields of every entry: `imports`, `wasi`, `pool`, `limits`. */
  readonly fields?: object;
  /** Further entries. */
  readonly entries?: readonly object[];
}

export interface GuestHost {
  readonly host: Host;
  readonly logged: LogRecord[];
  /** The lines of the log, as `stdout:hello`. */
  lines(): string[];
  call<T = unknown>(method: string, ...args: readonly unknown[]): Promise<T>;
  fails(method: string, ...args: readonly unknown[]): Promise<HostError>;
}

/** The name of a method's entry: `test-sleep#sleep-ms` is `t:sleep_ms`. */
function entryName(method: string): string {
  return method.slice(method.indexOf('#') + 1).replaceAll('-', '_');
}

/** Entries for methods of one guest, `t:` and the method's name, while `run` lasts. */
export async function withGuest<T>(
  guest: string,
  methods: readonly string[],
  { fields = {}, entries = [], ...options }: GuestUse,
  run: (use: GuestHost) => Promise<T>,
): Promise<T> {
  const logged: LogRecord[] = [];
  const own = methods.map((method) => guestEntry(entryName(method), guest, method, fields));
  const registry = registryOf(...own, ...entries);
  await using host = await createHost({ registry, log: (record) => logged.push(record), ...options });
  const call = <A>(method: string, ...args: readonly unknown[]) => host.call<A>(`t:${entryName(method)}`, args);
  return await run({
    host,
    logged,
    lines: () => logged.map(({ fields: { stream }, message }) => `${String(stream)}:${message}`),
    call,
    fails: (method, ...args) => errorOf(call(method, ...args)),
  });
}

export async function errorOf(answer: Promise<unknown>): Promise<HostError> {
  const thrown: unknown = await answer.then(
    (value) => new Error(`expected an error, got ${JSON.stringify(value)}`),
    (error: unknown) => error,
  );
  if (!(thrown instanceof HostError)) throw thrown;
  return thrown;
}
