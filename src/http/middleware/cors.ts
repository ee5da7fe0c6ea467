/** `cors`: which pages of other origins may read answers. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Middleware as Config } from '../../registry/http/middleware.js';
import { addVary, reply, setHeader } from '../reply.js';
import type { Middleware } from '../types.js';

type CorsConfig = Extract<Config, { type: 'cors' }>;

export function cors(config: CorsConfig): Middleware {
  const allows = originCheck(config.origins);
  const preflightLines = preflightLinesOf(config);
  const exposed = config.exposeHeaders.join(', ');
  return (next) => (exchange) => {
    const { headers } = exchange.request;
    const { origin } = headers;
    if (origin === undefined || !allows(origin)) {
      // Caches must not give this answer to a page that may read it.
      onHead(exchange, (lines) => addVary(lines, 'Origin'));
      return next(exchange);
    }
    const own = ['Access-Control-Allow-Origin', origin];
    if (config.allowCredentials) own.push('Access-Control-Allow-Credentials', 'true');
    if (exchange.method === 'OPTIONS' && headers['access-control-request-method'] !== undefined)
      return reply(exchange, 204, [...own, ...preflightLines(headers)], null);
    if (exposed !== '') own.push('Access-Control-Expose-Headers', exposed);
    onHead(exchange, (lines) => {
      for (let index = 0; index < own.length; index += 2) setHeader(lines, own[index]!, own[index + 1]!);
      addVary(lines, 'Origin');
    });
    return next(exchange);
  };
}

/** What a page's browser is told before it sends its request. */
function preflightLinesOf(config: CorsConfig): (headers: IncomingHttpHeaders) => readonly string[] {
  const methods = config.methods.join(', ');
  const allowed = config.headers.join(', ');
  return (headers) => {
    const lines = ['Access-Control-Allow-Methods', methods];
    if (allowed !== '') {
      const named = allowed === '*' ? (headers['access-control-request-headers'] ?? '*') : allowed;
      lines.push('Access-Control-Allow-Headers', named);
    }
    lines.push('Access-Control-Max-Age', String(config.maxAgeSeconds));
    if (config.allowPrivateNetwork && headers['access-control-request-private-network'] === 'true')
      lines.push('Access-Control-Allow-Private-Network', 'true');
    lines.push('Vary', 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers');
    return lines;
  };
}

function onHead(exchange: Parameters<ReturnType<Middleware>>[0], change: (headers: string[]) => void): void {
  exchange.onHead ??= [];
  exchange.onHead.push(({ headers }) => change(headers));
}

/** `*`, exact origins, `*.domain` (its subdomains), `localhost` (any port and scheme). */
function originCheck(origins: readonly string[]): (origin: string) => boolean {
  if (origins.includes('*')) return () => true;
  const exact = new Set(origins.map((each) => each.toLowerCase()));
  const domains = origins
    .filter((each) => each.includes('*.'))
    .map((each) => {
      const [scheme, domain] = each.toLowerCase().split('*') as [string, string];
      return { scheme, domain };
    });
  return (origin) => {
    const lower = origin.toLowerCase();
    if (exact.has(lower)) return true;
    const host = hostOf(lower);
    if (host === null) return false;
    if (exact.has('localhost') && host === 'localhost') return true;
    return domains.some(
      ({ scheme, domain }) => host.endsWith(domain) && host.length > domain.length && lower.startsWith(scheme),
    );
  };
}

function hostOf(origin: string): string | null {
  return /^[a-z][a-z0-9+.-]*:\/\/([^/:]+|\[[^\]]+\])(?::\d+)?$/.exec(origin)?.[1] ?? null;
}
