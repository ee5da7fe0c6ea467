/** From a host's name to the addresses that may be reached: resolved once, each one checked, and nothing else is connected to. */
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type AllowedHosts, hostName } from './allowed-hosts.js';
import { deniedError, type GrantPlace, netError } from './denied.js';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** How names become addresses. */
export type Resolver = (name: string) => Promise<readonly ResolvedAddress[]>;

export const systemResolver: Resolver = async (name) => {
  const found = await lookup(name, { all: true });
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
};

export interface Reach {
  /** Who asks, for messages. */
  readonly id: string;
  readonly allowed: AllowedHosts;
  readonly by: GrantPlace;
  readonly resolver: Resolver;
}

/**
 * Refuses at once what no pattern can allow, before any name is looked up (a lookup tells the name to others).
 * @throws HostError PermissionDenied
 */
export function checkHost(reach: Reach, host: string, port: number): void {
  const { allowed } = reach;
  const isAddress = isIP(host) !== 0;
  const granted = isAddress ? allowed.allows(host, port, null) : allowed.names(host, port);
  if (granted) return;
  throw deniedError(reach, { name: isAddress ? null : host, address: isAddress ? host : null, port });
}

/**
 * The addresses of `host` that may be reached at `port`.
 * @throws HostError PermissionDenied, when none may be; Unavailable, when there are none
 */
export async function reachable(reach: Reach, host: string, port: number): Promise<readonly ResolvedAddress[]> {
  checkHost(reach, host, port);
  const family = isIP(host);
  if (family !== 0) return [{ address: host, family: family === 6 ? 6 : 4 }];
  const found = await resolveName(reach.resolver, host);
  const granted = found.filter(({ address }) => reach.allowed.allows(address, port, host));
  if (granted.length > 0) return granted;
  throw deniedError(reach, { name: host, address: found[0]!.address, port });
}

/** @returns at least one @throws HostError Unavailable, with the code of the system (`ENOTFOUND`, `EAI_AGAIN`) */
export async function resolveName(resolver: Resolver, name: string): Promise<readonly ResolvedAddress[]> {
  let found: readonly ResolvedAddress[];
  try {
    found = await resolver(hostName(name));
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'ENOTFOUND';
    const why = code === 'EAI_AGAIN' ? 'the name server does not answer' : 'there is no such name';
    throw netError(code, `cannot resolve ${name}: ${why}`, { name });
  }
  if (found.length === 0) throw netError('ENOTFOUND', `cannot resolve ${name}: it has no address`, { name });
  return found;
}
