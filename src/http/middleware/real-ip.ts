/** `real_ip`: the client's address as a trusted proxy tells it. */
import ipaddr from 'ipaddr.js';
import type { Middleware as Config } from '../../registry/http/middleware.js';
import type { Middleware } from '../types.js';

type RealIpConfig = Extract<Config, { type: 'real_ip' }>;
type Subnet = [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Reads `X-Forwarded-For` from its end: the last address that is no trusted proxy is the client. Without it, `X-Real-IP`.
 * Nothing is believed where the connection itself does not come from a trusted subnet.
 */
export function realIp({ trustedSubnets, trustAll }: RealIpConfig): Middleware {
  const subnets = trustedSubnets.map((each) => ipaddr.parseCIDR(each) as Subnet);
  const trusted = (text: string): boolean => {
    if (trustAll) return true;
    const address = parse(text);
    return address !== null && subnets.some((subnet) => matches(address, subnet));
  };
  return (next) => (exchange) => {
    const { headers, socket } = exchange.request;
    if (trusted(socket.remoteAddress ?? '')) {
      const found = forwarded(headers['x-forwarded-for'], trusted, trustAll) ?? single(headers['x-real-ip']);
      if (found !== null) exchange.remoteAddress = found;
    }
    return next(exchange);
  };
}

function forwarded(
  header: string | string[] | undefined,
  trusted: (text: string) => boolean,
  trustAll: boolean,
): string | null {
  if (header === undefined) return null;
  const hops = String(header)
    .split(',')
    .map((each) => parse(each.trim())?.toString() ?? null);
  if (trustAll) return hops[0] ?? null;
  for (let index = hops.length - 1; index >= 0; index--) {
    const hop = hops[index];
    // What no proxy of ours wrote is not read any further.
    if (hop === null || hop === undefined) return hops[index + 1] ?? null;
    if (!trusted(hop)) return hop;
  }
  return hops[0] ?? null;
}

function single(header: string | string[] | undefined): string | null {
  return header === undefined ? null : (parse(String(header).trim())?.toString() ?? null);
}

/** Also `1.2.3.4:80` and `[::1]:80`, as some proxies write. */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const bare = /^\[(.*)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return ipaddr.isValid(bare) ? ipaddr.process(bare) : null;
}

function matches(address: ipaddr.IPv4 | ipaddr.IPv6, [base, bits]: Subnet): boolean {
  return address.kind() === base.kind() && address.match([base, bits] as never);
}
