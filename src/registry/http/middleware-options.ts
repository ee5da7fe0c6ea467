/** Which middleware there is and what options each has: from names and a flat map of dotted options to typed objects. */
import { isCidr } from '../kinds/hosts.js';
import { parseMilliseconds } from '../kinds/units.js';
import type { Middleware, MiddlewareType } from './middleware.js';

/** What is wrong with an option; `name` is its dotted name. */
type OptionReport = (name: string, facts: { message: string; expected: string; got?: string }) => void;

interface OptionMeans {
  readonly options: { readonly [name: string]: string };
  readonly report: OptionReport;
  /** Turns a name or an ID into an ID of an entry of one of `kinds`, which is checked later. */
  readonly refer: (option: string, written: string, kinds: readonly string[], missing: string) => string;
}

/** Reads the options of one middleware, each under its short name. */
interface Reader {
  text(name: string, fallback: string, pattern: RegExp, expected: string): string;
  /** Separated by commas. */
  list(name: string, fallback: string, pattern: RegExp, expected: string): readonly string[];
  flag(name: string, fallback: boolean): boolean;
  whole(name: string, fallback: number, min: number, max: number): number;
  choice<const V extends string>(name: string, fallback: NoInfer<V>, values: readonly V[]): V;
  durationMs(name: string, fallback: number): number;
  /** IDs of env.variables. */
  variables(name: string): readonly string[];
  filesystem(name: string): string | null;
}

interface Spec {
  readonly options: readonly string[];
  readonly read: (from: Reader) => Middleware;
}

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_NAMES = 'names of headers, separated by commas';
const ORIGIN =
  /^(?:\*|localhost|null|\*\.[A-Za-z0-9.-]+(?::\d{1,5})?|[A-Za-z0-9.-]+(?::\d{1,5})?|[a-z][a-z0-9+.-]*:\/\/(?:\*\.)?[^/\s,]+)$/;
const PRIVATE_NETS = '127.0.0.0/8, 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, ::1/128, fc00::/7, fe80::/10';
const REALM = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/;
const MAX_WHOLE = 2 ** 31 - 1;

const SPECS: { readonly [T in MiddlewareType]: Spec } = {
  cors: {
    options: [
      'allow.origins',
      'allow.methods',
      'allow.headers',
      'expose.headers',
      'allow.credentials',
      'max.age',
      'allow.private.network',
    ],
    read: (from) => ({
      type: 'cors',
      origins: from.list('allow.origins', '*', ORIGIN, '*, origins such as https://a.example, *.domain or localhost'),
      methods: from.list('allow.methods', 'GET,POST,PUT,DELETE,OPTIONS,PATCH', TOKEN, 'HTTP methods'),
      headers: from.list(
        'allow.headers',
        'Origin,Content-Type,Accept,Authorization,X-Requested-With',
        TOKEN,
        HEADER_NAMES,
      ),
      exposeHeaders: from.list('expose.headers', '', TOKEN, HEADER_NAMES),
      allowCredentials: from.flag('allow.credentials', false),
      maxAgeSeconds: from.whole('max.age', 86_400, 0, MAX_WHOLE),
      allowPrivateNetwork: from.flag('allow.private.network', false),
    }),
  },
  ratelimit: {
    options: ['requests', 'window', 'burst', 'key'],
    read: (from) => ({
      type: 'ratelimit',
      requests: from.whole('requests', 100, 1, MAX_WHOLE),
      windowMs: from.durationMs('window', 60_000),
      burst: from.whole('burst', 20, 0, MAX_WHOLE),
      key: rateKey(
        from.text(
          'key',
          'ip',
          /^(?:ip|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|query:.+)$/s,
          'ip, header:NAME or query:NAME',
        ),
      ),
    }),
  },
  compress: {
    options: ['level', 'min.length'],
    read: (from) => ({
      type: 'compress',
      level: from.choice('level', 'default', ['fastest', 'default', 'best']),
      minLength: from.whole('min.length', 1024, 0, MAX_WHOLE),
    }),
  },
  real_ip: {
    options: ['trusted.subnets', 'trust_all'],
    read: (from) => ({
      type: 'real_ip',
      trustedSubnets: from.list('trusted.subnets', PRIVATE_NETS, /^[0-9A-Fa-f.:]+(?:\/\d{1,3})?$/, SUBNETS),
      trustAll: from.flag('trust_all', false),
    }),
  },
  sendfile: {
    options: ['fs'],
    read: (from) => ({ type: 'sendfile', fs: from.filesystem('fs') }),
  },
  metrics: { options: [], read: () => ({ type: 'metrics' }) },
  request_id: {
    options: ['header', 'trust'],
    read: (from) => ({
      type: 'request_id',
      header: from.text('header', 'x-request-id', TOKEN, 'the name of a header').toLowerCase(),
      trust: from.flag('trust', false),
    }),
  },
  bearer_auth: {
    options: ['token', 'realm'],
    read: (from) => ({
      type: 'bearer_auth',
      tokens: from.variables('token'),
      realm: from.text('realm', 'moonwit', REALM, 'printable ASCII without " and \\'),
    }),
  },
  basic_auth: {
    options: ['user', 'password', 'realm'],
    read: (from) => ({
      type: 'basic_auth',
      user: from.variables('user')[0] ?? '',
      password: from.variables('password')[0] ?? '',
      realm: from.text('realm', 'moonwit', REALM, 'printable ASCII without " and \\'),
    }),
  },
};
const SUBNETS = 'subnets such as 10.0.0.0/8, separated by commas';

export const MIDDLEWARE: readonly string[] = Object.keys(SPECS);

/** Documented, and what each waits for. */
export const MIDDLEWARE_NOT_BUILT: Readonly<Record<string, string>> = {
  token_auth: 'security.token_store',
  endpoint_firewall: 'security.policy',
  resource_firewall: 'security.policy',
  otel: 'an OpenTelemetry collector',
  websocket_relay: 'process.lua',
  sse_relay: 'process.lua',
};

/** The dotted options that a middleware has. */
export function optionNames(name: string): readonly string[] {
  return Object.hasOwn(SPECS, name) ? SPECS[name as MiddlewareType].options.map((option) => `${name}.${option}`) : [];
}

/** @param name one of {@link MIDDLEWARE} */
export function readMiddleware(name: string, means: OptionMeans): Middleware {
  return SPECS[name as MiddlewareType].read(readerOf(name, means));
}

function rateKey(key: string): { by: 'ip' } | { by: 'header' | 'query'; name: string } {
  const colon = key.indexOf(':');
  if (colon === -1) return { by: 'ip' };
  return { by: key.startsWith('header') ? 'header' : 'query', name: key.slice(colon + 1) };
}

/** How options of one middleware are read, of whatever type they are. */
function readerOf(owner: string, means: OptionMeans): Reader {
  const { report, refer } = means;
  const full = (name: string): string => `${owner}.${name}`;
  const written = (name: string): string | null =>
    Object.hasOwn(means.options, full(name)) ? means.options[full(name)]! : null;
  const refuse = <T>(name: string, expected: string, got: string, fallback: T): T => {
    report(full(name), { message: `invalid option ${full(name)}`, expected, got: JSON.stringify(got.slice(0, 60)) });
    return fallback;
  };
  return {
    ...scalarReader(written, refuse),
    list: (name, fallback, pattern, expected) => {
      const values = split(written(name) ?? fallback);
      const wrong = values.find((value) => !pattern.test(value) || (expected === SUBNETS && !isSubnet(value)));
      return wrong === undefined ? values : refuse(name, expected, wrong, []);
    },
    variables: (name) => {
      const ids = split(written(name) ?? '');
      const expected = 'the ID of an env.variable';
      if (ids.length === 0) report(full(name), { message: `option ${full(name)} is required`, expected });
      return ids.map((id) => refer(full(name), id, ['env.variable'], 'environment variable not found'));
    },
    filesystem: (name) => {
      const id = written(name);
      return id === null ? null : refer(full(name), id, ['fs.directory', 'fs.embed'], 'filesystem not found');
    },
  };
}

/** @param refuse reports it, and gives the fallback */
function scalarReader(
  written: (name: string) => string | null,
  refuse: <T>(name: string, expected: string, got: string, fallback: T) => T,
): Omit<Reader, 'list' | 'variables' | 'filesystem'> {
  const text: Reader['text'] = (name, fallback, pattern, expected) => {
    const value = written(name);
    if (value === null || pattern.test(value)) return value ?? fallback;
    return refuse(name, expected, value, fallback);
  };
  return {
    text,
    flag: (name, fallback) => text(name, String(fallback), /^(?:true|false)$/, 'true or false') === 'true',
    whole: (name, fallback, min, max) => {
      const expected = `a whole number from ${min} to ${max}`;
      const value = Number(text(name, String(fallback), /^\d{1,10}$/, expected));
      return value >= min && value <= max ? value : refuse(name, expected, String(value), min);
    },
    choice: (name, fallback, values) => {
      const value = written(name) ?? fallback;
      const found = values.find((each) => each === value);
      return found ?? refuse(name, `one of ${values.join(', ')}`, value, fallback);
    },
    durationMs: (name, fallback) => {
      const value = written(name);
      const ms = value === null ? fallback : parseMilliseconds(value);
      if (ms !== null && ms >= 1 && ms <= MAX_WHOLE) return ms;
      return refuse(name, 'a duration such as 30s, 1m or 1h', value ?? '', fallback);
    },
  };
}

function split(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function isSubnet(text: string): boolean {
  const slash = text.indexOf('/');
  if (slash === -1) return isCidr(text.toLowerCase(), text.includes(':') ? '128' : '32');
  return isCidr(text.slice(0, slash).toLowerCase(), text.slice(slash + 1));
}
