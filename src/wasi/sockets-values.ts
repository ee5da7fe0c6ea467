/** Values of `wasi:sockets` as the engine lowers and lifts them, and how failures become their `error-code`. */
import { HostError } from '../errors.js';
import { attempt, type Later } from './later.js';
import { systemCode } from './remote.js';

export type SocketErrorCode =
  | 'unknown'
  | 'access-denied'
  | 'not-supported'
  | 'invalid-argument'
  | 'out-of-memory'
  | 'timeout'
  | 'concurrency-conflict'
  | 'not-in-progress'
  | 'would-block'
  | 'invalid-state'
  | 'new-socket-limit'
  | 'address-not-bindable'
  | 'address-in-use'
  | 'remote-unreachable'
  | 'connection-refused'
  | 'connection-reset'
  | 'connection-aborted'
  | 'datagram-too-large'
  | 'name-unresolvable'
  | 'temporary-resolver-failure'
  | 'permanent-resolver-failure';

export type SocketResult<T> = { readonly ok: T } | { readonly err: SocketErrorCode };
export type Family = 'ipv4' | 'ipv6';

export const DONE = { ok: true } as const;

const CODES: { readonly [code: string]: SocketErrorCode } = {
  EACCES: 'access-denied',
  EPERM: 'access-denied',
  EOPNOTSUPP: 'not-supported',
  EINVAL: 'invalid-argument',
  EAFNOSUPPORT: 'invalid-argument',
  ENOMEM: 'out-of-memory',
  ENOBUFS: 'out-of-memory',
  ETIMEDOUT: 'timeout',
  EMFILE: 'new-socket-limit',
  ENFILE: 'new-socket-limit',
  EBADF: 'invalid-state',
  EADDRNOTAVAIL: 'address-not-bindable',
  EADDRINUSE: 'address-in-use',
  EHOSTUNREACH: 'remote-unreachable',
  ENETUNREACH: 'remote-unreachable',
  EHOSTDOWN: 'remote-unreachable',
  ENETDOWN: 'remote-unreachable',
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  ECONNABORTED: 'connection-aborted',
  EPIPE: 'connection-aborted',
  EMSGSIZE: 'datagram-too-large',
  ENOTFOUND: 'name-unresolvable',
  EAI_AGAIN: 'temporary-resolver-failure',
  EAI_FAIL: 'permanent-resolver-failure',
};

/** What an operation threw, as a code; anything but an error of the host is not its business. */
export function socketCode(thrown: unknown): SocketErrorCode {
  if (!(thrown instanceof HostError)) throw thrown;
  if (thrown.kind === 'PermissionDenied') return 'access-denied';
  if (thrown.kind !== 'Unavailable' && thrown.kind !== 'Invalid') throw thrown;
  const code = systemCode(thrown);
  if (code === null) throw thrown;
  return CODES[code] ?? 'unknown';
}

/** Runs one operation; its failure is a value for the guest. */
export function attemptSocket<T, R>(
  run: () => Later<T>,
  next: (value: T) => Later<SocketResult<R>>,
): Later<SocketResult<R>> {
  return attempt(run, next, (thrown): SocketResult<R> => ({ err: socketCode(thrown) }));
}

type V4 = readonly [number, number, number, number];
type V6 = readonly [number, number, number, number, number, number, number, number];

/** The variant `ip-address`. */
export type IpAddress = { readonly ipv4: V4 } | { readonly ipv6: V6 };

/** The variant `ip-socket-address`. */
export type IpSocketAddress =
  | { readonly ipv4: { readonly port: number; readonly address: V4 } }
  | {
      readonly ipv6: {
        readonly port: number;
        readonly 'flow-info': number;
        readonly address: V6;
        readonly 'scope-id': number;
      };
    };

/** As operations take it. */
export interface PlainAddress {
  readonly address: string;
  readonly port: number;
}

function familyOf(address: IpSocketAddress): Family {
  return 'ipv4' in address ? 'ipv4' : 'ipv6';
}

export function plainAddress(address: IpSocketAddress): PlainAddress {
  if ('ipv4' in address) return { address: address.ipv4.address.join('.'), port: address.ipv4.port };
  const { port, address: groups } = address.ipv6;
  return { address: groups.map((group) => group.toString(16)).join(':'), port };
}

export function socketAddress({ address, port }: PlainAddress): IpSocketAddress {
  const ip = ipAddress(address);
  if ('ipv4' in ip) return { ipv4: { port, address: ip.ipv4 } };
  return { ipv6: { port, 'flow-info': 0, address: ip.ipv6, 'scope-id': 0 } };
}

/** @param text as the system writes it, a zone included */
export function ipAddress(text: string): IpAddress {
  if (!text.includes(':')) return { ipv4: text.split('.').map(Number) as unknown as V4 };
  const plain = text.replace(/%.*/, '').replace(/\d+\.\d+\.\d+\.\d+$/, (v4) => {
    const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = plain.split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = new Array<number>(8 - first.length - last.length).fill(0);
  return { ipv6: [...first, ...zeros, ...last] as unknown as V6 };
}

export function isUnspecified(address: IpSocketAddress): boolean {
  const parts: readonly number[] = 'ipv4' in address ? address.ipv4.address : address.ipv6.address;
  return parts.every((part) => part === 0);
}

function portOf(address: IpSocketAddress): number {
  return 'ipv4' in address ? address.ipv4.port : address.ipv6.port;
}

function isMulticast(address: IpSocketAddress): boolean {
  if ('ipv6' in address) return address.ipv6.address[0] >> 8 === 0xff;
  const [first] = address.ipv4.address;
  return first >= 224 && first <= 239;
}

function isBroadcast(address: IpSocketAddress): boolean {
  return 'ipv4' in address && address.ipv4.address.every((part) => part === 255);
}

/** IPv6 sockets are for IPv6 alone here. */
function isMapped(address: IpSocketAddress): boolean {
  if ('ipv4' in address) return false;
  const { address: groups } = address.ipv6;
  return groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
}

/** Whether a socket of this family may use an address at all, for TCP also as one that is not for many. */
export function suits(address: IpSocketAddress, family: Family, unicast: boolean): boolean {
  if (familyOf(address) !== family || isMapped(address)) return false;
  return !unicast || !(isMulticast(address) || isBroadcast(address));
}

/** As somewhere to send to. */
export function isRemote(address: IpSocketAddress): boolean {
  return !isUnspecified(address) && portOf(address) !== 0;
}
