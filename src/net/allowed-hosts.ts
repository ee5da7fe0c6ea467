/**
 * What a function or a script may reach: the patterns of `allowed_hosts` against names and addresses.
 *
 * Nothing is reachable that no pattern names. An address that is not of the public internet (loopback, private, link-local,
 * multicast, …) needs more than a matching pattern, for a name's owner decides what it resolves to:
 * - a pattern with that address, or with a range that lies wholly within its special range, or
 * - for loopback: a pattern for the name `localhost` itself, or
 * - for private networks: a pattern with the exact name and its port (`db.internal:5432`).
 */
import {
  type Address,
  type AddressRange,
  isWithin,
  namesSpecial,
  parseAddress,
  parseRange,
  specialName,
  unmapped,
} from './addresses.js';

export interface AllowedHosts {
  /** Whether an address may be reached at a port. `name`: what it was resolved from, or null. */
  allows(address: string, port: number, name: string | null): boolean;
  /** Whether an address that was resolved from a name may be reached at some port. */
  allowsSome(address: string, name: string): boolean;
  /** Whether some pattern names this host at a port (at any, with `null`), wherever it resolves to. */
  names(host: string, port: number | null): boolean;
  /** The pattern that would grant what was refused. */
  pattern(address: string | null, port: number, name: string | null): string;
}

interface NamePattern {
  readonly kind: 'name';
  readonly name: string;
  /** `*.domain`: every name below it, not itself. */
  readonly below: boolean;
  readonly port: number | null;
}

interface RangePattern {
  readonly kind: 'range';
  readonly range: AddressRange;
  readonly port: number | null;
}

type Pattern = NamePattern | RangePattern;

/** Special ranges that an exact name with its port may stand for. */
const NETWORKS_BEHIND_NAMES: readonly string[] = ['private', 'uniqueLocal', 'carrierGradeNat'];

/** @param patterns as the registry has checked them; what is none of them allows nothing */
export function allowedHosts(patterns: readonly string[]): AllowedHosts {
  const parsed = patterns.map(parsePattern).filter((each) => each !== null);
  const allows = (address: string, port: number | null, name: string | null): boolean => {
    const ip = parseAddress(address);
    return ip !== null && parsed.some((pattern) => atPort(pattern, port) && matches(pattern, ip, name));
  };
  return {
    allows,
    allowsSome: (address, name) => allows(address, null, name),
    names: (host, port) =>
      parsed.some(
        (pattern) => pattern.kind === 'name' && atPort(pattern, port) && matchesName(pattern, hostName(host)),
      ),
    pattern: (address, port, name) => wanted(address === null ? null : parseAddress(address), port, name),
  };
}

/** `host`, `host:port`, `*.domain[:port]`, `v4[:port]`, `v6`, `[v6][:port]`, `range/bits`. */
function parsePattern(text: string): Pattern | null {
  const pattern = text.toLowerCase();
  const whole = parseRange(pattern);
  if (whole !== null) return { kind: 'range', range: whole, port: null };
  const [, bracketed, plain, portText] = /^(?:\[([^\]]+)\]|([^:[\]/]+))(?::(\d{1,5}))?$/.exec(pattern) ?? [];
  const host = bracketed ?? plain;
  if (host === undefined) return null;
  const port = portText === undefined ? null : Number(portText);
  const address = parseRange(host);
  if (address !== null) return { kind: 'range', range: address, port };
  if (bracketed !== undefined) return null;
  const below = host.startsWith('*.');
  return { kind: 'name', name: hostName(below ? host.slice(2) : host), below, port };
}

/** Lower case, without the dot of a full name. */
export function hostName(host: string): string {
  const lower = host.toLowerCase();
  return lower.endsWith('.') ? lower.slice(0, -1) : lower;
}

/** @param port null: any will do */
function atPort(pattern: Pattern, port: number | null): boolean {
  return port === null || pattern.port === null || pattern.port === port;
}

function matchesName(pattern: NamePattern, name: string): boolean {
  return pattern.below ? name.endsWith(`.${pattern.name}`) : name === pattern.name;
}

function matches(pattern: Pattern, address: Address, name: string | null): boolean {
  if (pattern.kind === 'range') return matchesRange(pattern.range, address);
  if (name === null || !matchesName(pattern, hostName(name))) return false;
  const special = specialName(address);
  if (special === null) return true;
  if (pattern.below) return false;
  if (special === 'loopback') return pattern.name === 'localhost';
  return pattern.port !== null && NETWORKS_BEHIND_NAMES.includes(special);
}

/** A mapped address is reached as the IPv4 address that it holds, and is named by either. */
function matchesRange(range: AddressRange, address: Address): boolean {
  const target = unmapped(address);
  const written = { base: unmapped(range.base), bits: range.bits };
  const asV4 = written.base === range.base ? range : { ...written, bits: Math.max(0, range.bits - 96) };
  if (asV4 !== range && range.bits < 96) return false;
  return isWithin(target, asV4) && (specialName(target) === null || namesSpecial(asV4, target));
}

/** Where a name is not enough, the address is what must be named. */
function wanted(address: Address | null, port: number, name: string | null): string {
  const special = address === null ? null : specialName(address);
  const byName =
    name !== null &&
    (special === null ||
      NETWORKS_BEHIND_NAMES.includes(special) ||
      (special === 'loopback' && hostName(name) === 'localhost'));
  if (byName || address === null) return `${hostName(name ?? 'host')}:${port}`;
  const text = unmapped(address).toString();
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
}
