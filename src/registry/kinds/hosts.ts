/** `allowed_hosts`: the notations for what a guest or a script may reach. */
import type { Report } from '../schema.js';

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const DOMAIN = new RegExp(`^(?:\\*\\.)?(?:${LABEL}\\.)*${LABEL}\\.?$`);
const V4_PART = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const V4 = new RegExp(`^${V4_PART}(?:\\.${V4_PART}){3}$`);
const EXPECTED = 'host, host:port, *.domain, *.domain:port, [ipv6]:port or a CIDR such as 10.0.0.0/8';

/** Accepts one pattern and gives it in lower case; reports what is none. */
export function checkHostPattern(value: string, report: Report): string {
  const pattern = value.toLowerCase();
  if (!isHostPattern(pattern)) {
    const got = JSON.stringify(value.slice(0, 60));
    report([], { code: 'invalid-value', message: 'not a host that can be allowed', expected: EXPECTED, got });
  }
  return pattern;
}

function isHostPattern(pattern: string): boolean {
  if (pattern.length > 300) return false;
  const slash = pattern.indexOf('/');
  if (slash !== -1) return isCidr(pattern.slice(0, slash), pattern.slice(slash + 1));
  if (isV6(pattern)) return true;
  const bracketed = /^\[([0-9a-f:.]+)\](?::(\d{1,5}))?$/.exec(pattern);
  if (bracketed !== null) return isV6(bracketed[1]!) && isPort(bracketed[2]);
  const colon = pattern.lastIndexOf(':');
  const host = colon === -1 ? pattern : pattern.slice(0, colon);
  if (colon !== -1 && !isPort(pattern.slice(colon + 1))) return false;
  if (/^[\d.]+$/.test(host)) return V4.test(host);
  return host.length <= 253 && DOMAIN.test(host);
}

/** `10.0.0.0/8`, split at its slash. */
export function isCidr(address: string, bits: string): boolean {
  if (!/^\d{1,3}$/.test(bits)) return false;
  if (V4.test(address)) return Number(bits) <= 32;
  return isV6(address) && Number(bits) <= 128;
}

function isPort(port: string | undefined): boolean {
  return port === undefined || (/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535);
}

function isV6(address: string): boolean {
  if (!/^[0-9a-f:.]+$/.test(address) || !address.includes(':')) return false;
  const halves = address.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [halfIndex, half] of halves.entries()) {
    const parts = half === '' ? [] : half.split(':');
    for (const [index, part] of parts.entries()) {
      const isLast = halfIndex === halves.length - 1 && index === parts.length - 1;
      if (isLast && V4.test(part)) groups += 2;
      else if (/^[0-9a-f]{1,4}$/.test(part)) groups += 1;
      else return false;
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}
