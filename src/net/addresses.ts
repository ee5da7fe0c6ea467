/** What an IP address is for: public, or one of the ranges that only who names them may reach. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** A range of addresses: `10.0.0.0/8`; a single address has all its bits. */
export interface AddressRange {
  readonly base: Address;
  readonly bits: number;
}

/** Its last 32 bits are the IPv4 address that the packets go to (RFC 6052). */
const TRANSLATED: AddressRange = { base: ipaddr.parse('64:ff9b::'), bits: 96 };
const MAPPED: AddressRange = { base: ipaddr.parse('::ffff:0:0'), bits: 96 };
/** What is given out of IPv6 for the public internet. */
const GLOBAL_V6: AddressRange = { base: ipaddr.parse('2000::'), bits: 3 };

/** Strict notation only: no `127.1`, no octal or hexadecimal parts, no zone. */
export function parseAddress(text: string): Address | null {
  return isIP(text) === 0 || text.includes('%') ? null : ipaddr.parse(text);
}

/** `10.0.0.0/8` or a single address. */
export function parseRange(text: string): AddressRange | null {
  const slash = text.indexOf('/');
  const base = parseAddress(slash === -1 ? text : text.slice(0, slash));
  if (base === null) return null;
  const widest = widthOf(base);
  const bits = slash === -1 ? widest : Number(text.slice(slash + 1));
  return Number.isInteger(bits) && bits >= 0 && bits <= widest ? { base, bits } : null;
}

function widthOf(address: Address): number {
  return address.kind() === 'ipv4' ? 32 : 128;
}

export function isWithin(address: Address, range: AddressRange): boolean {
  if (address.kind() !== range.base.kind()) return false;
  return (address as ipaddr.IPv4).match(range.base as ipaddr.IPv4, range.bits);
}

/** `loopback`, `private`, …; null for an address of the public internet. */
export function specialName(address: Address): string | null {
  if (isWithin(address, TRANSLATED)) return specialName(embedded(address));
  const name = address.range();
  if (name !== 'unicast') return name;
  return address.kind() === 'ipv4' || isWithin(address, GLOBAL_V6) ? null : 'reserved';
}

type Cidr = [base: Address, bits: number];
type SpecialRanges = { readonly [name: string]: Cidr | Cidr[] };

/** The library lists one range bare and several as a list. */
function asList(ranges: Cidr | Cidr[]): Cidr[] {
  return Array.isArray(ranges[0]) ? (ranges as Cidr[]) : [ranges as Cidr];
}

/** The special range around an address, or null. */
function specialRange(address: Address): AddressRange | null {
  const { SpecialRanges } = address as unknown as { readonly SpecialRanges: SpecialRanges };
  for (const [base, bits] of Object.values(SpecialRanges).flatMap(asList)) {
    if (isWithin(address, { base, bits })) return { base, bits };
  }
  return null;
}

/**
 * Whether a range names this special address: only one that lies wholly within the special range does. `10.1.0.0/16` names
 * private addresses, `0.0.0.0/0` names public ones alone.
 */
export function namesSpecial(range: AddressRange, address: Address): boolean {
  const special = specialRange(address);
  if (special === null) return range.bits === widthOf(address);
  return range.bits >= special.bits && isWithin(range.base, special);
}

/** Where packets to an IPv4-mapped address go. */
export function unmapped(address: Address): Address {
  return isWithin(address, MAPPED) ? embedded(address) : address;
}

function embedded(address: Address): ipaddr.IPv4 {
  return new ipaddr.IPv4(address.toByteArray().slice(12));
}
