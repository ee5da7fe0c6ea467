/** The errors of this room, made where the facts are. `details.code` is the system's, `ECONNREFUSED`. */
import { HostError } from '../errors.js';
import type { AllowedHosts } from './allowed-hosts.js';

interface Target {
  /** What was asked for, or null for a bare address. */
  readonly name: string | null;
  /** What it resolved to; null when it was refused by its name. */
  readonly address: string | null;
  readonly port: number;
}

/** What grants hosts: the field of an entry that is a guest or a Lua function, or whoever runs a script. */
export type GrantPlace = 'wasi' | 'network' | 'script';

interface Denied {
  /** Who asked. */
  readonly id: string;
  readonly allowed: AllowedHosts;
  readonly by: GrantPlace;
}

/** @returns PermissionDenied, with the line of YAML that would grant it, or the option of the command */
export function deniedError({ id, allowed, by }: Denied, target: Target): HostError {
  const pattern = allowed.pattern(target.address, target.port, target.name);
  const host = target.name ?? target.address ?? 'a host';
  const place = host.includes(':') ? `[${host}]:${target.port}` : `${host}:${target.port}`;
  const behind = target.name !== null && target.address !== null ? ` (${target.address})` : '';
  const grant = by === 'script' ? `--allow-host ${pattern}` : `${by}: {allowed_hosts: ["${pattern}"]}`;
  const next = by === 'script' ? `run it with ${grant}` : `which its entry does not allow: add ${grant}`;
  return new HostError(
    'PermissionDenied',
    `${id} may not reach ${place}${behind}${by === 'script' ? ': ' : ', '}${next}`,
    {
      retryable: false,
      details: {
        code: 'EACCES',
        host,
        port: target.port,
        grant,
        ...(target.address === null ? {} : { address: target.address }),
      },
    },
  );
}

/** What the system or a protocol ran into: a second attempt may fare better. */
export function netError(code: string, message: string, details: Record<string, unknown> = {}): HostError {
  return new HostError('Unavailable', message, { retryable: true, details: { code, ...details } });
}

/** @param what `connect to 127.0.0.1:80` */
export function fromNodeError(thrown: unknown, what: string): HostError {
  if (thrown instanceof HostError) return thrown;
  const first = thrown instanceof AggregateError ? (thrown.errors[0] as unknown) : thrown;
  const { code, message } = first as NodeJS.ErrnoException;
  return netError(code ?? 'UNKNOWN', `cannot ${what}: ${message}`);
}

/** The session asks for what it never opened, or has closed. */
export function closedError(what: string): HostError {
  return new HostError('Invalid', `${what} is closed`, { retryable: false, details: { code: 'EBADF' } });
}
