/** Middleware by name. Adding one is a file beside this one, its options in the registry, and a line here. */
import type { FileHandle } from '../../files/types.js';
import type { Middleware as Config } from '../../registry/http/middleware.js';
import type { Middleware } from '../types.js';
import { basicAuth, bearerAuth, type ReadEnv } from './auth.js';
import { compress } from './compress.js';
import { cors } from './cors.js';
import { type Bucket, rateLimit } from './ratelimit.js';
import { realIp } from './real-ip.js';
import { requestId } from './request-id.js';
import { sendfile } from './sendfile.js';

interface MiddlewareMeans {
  readonly envOf: ReadEnv;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly volume: (fs: string) => FileHandle;
  readonly memory: MiddlewareMemory;
}

/** What middleware knows of clients. */
export interface MiddlewareMemory {
  /** The buckets of a limit: the same ones where entry, place and options were the same in the version before. */
  buckets(place: string): Map<string, Bucket>;
  /** The version serves: what it does not know of is forgotten. */
  keep(): void;
}

/** @returns makes the memory of a version, which remembers what the last one that was kept knew */
export function middlewareMemories(): () => MiddlewareMemory {
  let kept: ReadonlyMap<string, Map<string, Bucket>> = new Map();
  return () => {
    const own = new Map<string, Map<string, Bucket>>();
    return {
      buckets(place) {
        const found = own.get(place) ?? kept.get(place) ?? new Map<string, Bucket>();
        own.set(place, found);
        return found;
      },
      keep() {
        kept = own;
      },
    };
  };
}

/** @param place the entry, and which of its middleware */
type BindMiddleware = (config: Config, place: string) => Middleware;

const PASS: Middleware = (next) => next;

/** Endpoints of one router share what a middleware remembers: each config is made once. */
export function bindMiddleware(means: MiddlewareMeans): BindMiddleware {
  const known = new Map<Config, Middleware>();
  return (config, place) => {
    const found = known.get(config) ?? make(config, place, means);
    known.set(config, found);
    return found;
  };
}

function make(config: Config, place: string, { envOf, now, volume, memory }: MiddlewareMeans): Middleware {
  switch (config.type) {
    case 'cors':
      return cors(config);
    case 'ratelimit':
      return rateLimit(config, now, memory.buckets(`${place} ${JSON.stringify(config)}`));
    case 'compress':
      return compress(config);
    case 'real_ip':
      return realIp(config);
    case 'sendfile':
      return config.fs === null ? PASS : sendfile(() => volume(config.fs!));
    case 'metrics':
      // Where there is an admin address, every request of the server is counted.
      return PASS;
    case 'request_id':
      return requestId(config);
    case 'bearer_auth':
      return bearerAuth(config, envOf);
    case 'basic_auth':
      return basicAuth(config, envOf);
  }
}
