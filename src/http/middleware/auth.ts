/** `bearer_auth` and `basic_auth`: who may call, by values of the environment. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Middleware as Config } from '../../registry/http/middleware.js';
import { refuse } from '../reply.js';
import type { Exchange, Middleware } from '../types.js';

/** Reads a variable at each request, so that a changed one holds from then on; null where it has no value. */
export type ReadEnv = (id: string) => string | null;

export function bearerAuth({ tokens, realm }: Extract<Config, { type: 'bearer_auth' }>, envOf: ReadEnv): Middleware {
  const challenge = `Bearer realm=${quoted(realm)}`;
  return (next) => (exchange) => {
    const given = credentials(exchange, 'bearer');
    if (given === null) return unauthorized(exchange, challenge);
    let known = false;
    // Each is compared, whatever came before: the time says nothing.
    for (const id of tokens) {
      const token = envOf(id);
      if (token !== null && token !== '' && equal(given, token)) known = true;
    }
    return known ? next(exchange) : unauthorized(exchange, `${challenge}, error="invalid_token"`);
  };
}

export function basicAuth(
  { user, password, realm }: Extract<Config, { type: 'basic_auth' }>,
  envOf: ReadEnv,
): Middleware {
  const challenge = `Basic realm=${quoted(realm)}, charset="UTF-8"`;
  return (next) => (exchange) => {
    const given = credentials(exchange, 'basic');
    const pair = given === null ? null : Buffer.from(given, 'base64').toString();
    const colon = pair?.indexOf(':') ?? -1;
    if (pair === null || colon < 0) return unauthorized(exchange, challenge);
    const [wantedUser, wantedPassword] = [envOf(user), envOf(password)];
    if (wantedUser === null || wantedPassword === null || wantedPassword === '')
      return unauthorized(exchange, challenge);
    const sameUser = equal(pair.slice(0, colon), wantedUser);
    const samePassword = equal(pair.slice(colon + 1), wantedPassword);
    return sameUser && samePassword ? next(exchange) : unauthorized(exchange, challenge);
  };
}

function credentials({ request }: Exchange, scheme: string): string | null {
  const match = /^([a-z]+) +(\S+) *$/i.exec(request.headers.authorization ?? '');
  return match !== null && match[1]!.toLowerCase() === scheme ? match[2]! : null;
}

function equal(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

function unauthorized(exchange: Exchange, challenge: string): void | Promise<void> {
  return refuse(exchange, 401, 'PermissionDenied', 'unauthorized', ['WWW-Authenticate', challenge]);
}
