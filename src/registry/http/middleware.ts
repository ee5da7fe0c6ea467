/**
 * Middleware with its options, as those who run it see it. Entries write options as one flat map of dotted names, which
 * `middleware-options.ts` reads.
 */

interface Cors {
  readonly type: 'cors';
  /** `*`, exact origins, `*.domain`, or `localhost` (any port). */
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number;
  readonly allowPrivateNetwork: boolean;
}

interface RateLimit {
  readonly type: 'ratelimit';
  readonly requests: number;
  readonly windowMs: number;
  readonly burst: number;
  readonly key: { readonly by: 'ip' } | { readonly by: 'header' | 'query'; readonly name: string };
}

interface Compress {
  readonly type: 'compress';
  readonly level: 'fastest' | 'default' | 'best';
  /** Bytes. */
  readonly minLength: number;
}

interface RealIp {
  readonly type: 'real_ip';
  /** CIDRs. */
  readonly trustedSubnets: readonly string[];
  readonly trustAll: boolean;
}

interface SendFile {
  readonly type: 'sendfile';
  /** ID of the filesystem that `X-Sendfile` names files of; null: no file is sent. */
  readonly fs: string | null;
}

interface Metrics {
  readonly type: 'metrics';
}

interface RequestId {
  readonly type: 'request_id';
  /** In lower case. */
  readonly header: string;
  /** Keeps the ID that a client sends. */
  readonly trust: boolean;
}

interface BearerAuth {
  readonly type: 'bearer_auth';
  /** IDs of env.variables; the value of each is a token that is let in. */
  readonly tokens: readonly string[];
  readonly realm: string;
}

interface BasicAuth {
  readonly type: 'basic_auth';
  /** IDs of env.variables. */
  readonly user: string;
  readonly password: string;
  readonly realm: string;
}

/** One middleware with its options, defaults filled in. */
export type Middleware = Cors | RateLimit | Compress | RealIp | SendFile | Metrics | RequestId | BearerAuth | BasicAuth;
export type MiddlewareType = Middleware['type'];
