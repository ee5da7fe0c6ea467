/** http.service, http.router, http.endpoint and http.static: fields. How they hang together is in `registry/http/`. */
import { parseListenAddress } from '../http/address.js';
import { METHODS, type Method } from '../http/methods.js';
import { checkPattern } from '../http/pattern.js';
import {
  boolean,
  checked,
  choice,
  defaulted,
  filledText,
  list,
  map,
  optional,
  record,
  reference,
  requiredAs,
  type Schema,
  text,
  whole,
  written,
} from '../schema.js';
import { lifecycle } from './lifecycle.js';
import { byteSize, duration } from './units.js';

/** Null is no limit: a timeout of 0. */
function timeout(name: string): Schema<number | null> {
  return checked(duration(name), (ms) => (ms === 0 ? null : Math.max(1, Math.round(ms))));
}

const timeoutFields = {
  /** Until the head of a request is there. */
  header: defaulted(timeout('timeouts.header'), 10_000),
  /** Until the whole request is there. */
  read: defaulted(timeout('timeouts.read'), 60_000),
  /** How long a client may take nothing of its response. */
  write: defaulted(timeout('timeouts.write'), 60_000),
  /** Between two requests of one connection. */
  idle: defaulted(timeout('timeouts.idle'), 75_000),
  /** From the request's head until its response begins. */
  request: defaulted(timeout('timeouts.request'), 60_000),
};
export const DEFAULT_TIMEOUTS = { header: 10_000, read: 60_000, write: 60_000, idle: 75_000, request: 60_000 };

const hostFields = {
  /** Requests that may wait while as many as `worker_count` are answered. */
  buffer_size: defaulted(whole('host.buffer_size must be non-negative', 1_000_000), 1024),
  /** Null: as many as there are cores. */
  worker_count: optional(whole('host.worker_count must be non-negative', 65_536)),
};
export const DEFAULT_HOST = { bufferSize: 1024, workerCount: null };

const CLIENT_AUTH = ['none', 'request', 'require', 'verify_if_given', 'require_and_verify'] as const;
export type ClientAuth = (typeof CLIENT_AUTH)[number];
const clientAuth = choice(CLIENT_AUTH, 'invalid tls.client_auth');

/** A problem with them never quotes: the text may be a key. */
const pemOrPath: Schema<string> = checked(filledText, (value, report) => {
  if (value.includes('\0')) report([], { code: 'invalid-value', message: 'a path cannot hold a NUL character' });
  return value;
});
const envEntry = reference(['env.variable'], 'environment variable not found');

const tlsMode: Schema<'' | 'manual'> = checked(text, (mode, report) => {
  if (mode === '' || mode === 'manual') return mode;
  const got = JSON.stringify(mode.slice(0, 60));
  if (mode === 'auto') {
    const message = 'tls.mode auto is documented but not built yet';
    report([], { code: 'kind-not-built', message, expected: 'manual, with cert and key' });
  } else {
    const message = `invalid tls.mode: ${mode.slice(0, 60)}`;
    report([], { code: 'invalid-value', message, expected: 'one of "", auto, manual', got });
  }
  return '';
});

const tlsFields = {
  mode: defaulted(tlsMode, ''),
  /** Paths relative to the YAML file, or PEM text (so `file://` serves, too). */
  cert: optional(pemOrPath),
  key: optional(pemOrPath),
  client_ca: optional(pemOrPath),
  /** Variables whose value is PEM text. */
  cert_env: optional(envEntry),
  key_env: optional(envEntry),
  client_ca_env: optional(envEntry),
  client_auth: optional(clientAuth),
};
const tls = checked(record(tlsFields), (value, report) => {
  const pairs = [
    ['cert', value.cert, value.certEnv],
    ['key', value.key, value.keyEnv],
    ['client_ca', value.clientCa, value.clientCaEnv],
  ] as const;
  const isOn = value.mode === 'manual' || pairs.some(([, own, env]) => own !== null || env !== null);
  for (const [name, own, env] of pairs) {
    if (own !== null && env !== null) {
      const message = `tls.${name} and tls.${name}_env exclude each other`;
      report([`${name}_env`], { code: 'invalid-value', message, expected: 'one of the two' });
    } else if (isOn && name !== 'client_ca' && own === null && env === null) {
      const message = `tls.${name} is required`;
      report([], { code: 'required', message, expected: `${name}: a file, or ${name}_env: an env.variable` });
    }
  }
  if (value.clientAuth?.endsWith('verify') === true && value.clientCa === null && value.clientCaEnv === null) {
    report([], { code: 'required', message: `tls.client_ca is required for client_auth ${value.clientAuth}` });
  }
  return value;
});

const network: Schema<string> = checked(text, (value, report) => {
  report([], { code: 'kind-not-built', message: 'http.service: network is documented but not built yet' });
  return value;
});

const addr = checked(filledText, (value, report) => {
  const address = parseListenAddress(value);
  if (address !== null) return address;
  const expected = 'host:port, :port for every address of the machine, or [ipv6]:port';
  report([], {
    code: 'invalid-value',
    message: 'not an address',
    expected,
    got: JSON.stringify(value.slice(0, 60)),
  });
  return { host: '', port: 0 };
});

/** As large as the largest body that a script takes. */
export const MAX_BODY_BYTES = 120 * 1024 * 1024;
export const MAX_BODIES_BYTES = 512 * 1024 * 1024;

export const serviceFields = {
  addr: requiredAs(addr, 'address is required'),
  /** ms */
  timeouts: defaulted(record(timeoutFields), DEFAULT_TIMEOUTS),
  /** Bytes of a request's body. */
  max_body: defaulted(byteSize('max_body'), MAX_BODY_BYTES),
  /** Bytes of all large bodies that are held at once; null: {@link MAX_BODIES_BYTES}, or `max_body` where that is more. */
  max_bodies: optional(byteSize('max_bodies')),
  /** A line of the log for each request. */
  access_log: defaulted(boolean, true),
  host: defaulted(record(hostFields), DEFAULT_HOST),
  network: optional(network),
  tls: optional(tls),
  lifecycle: optional(lifecycle),
};

const prefix: Schema<string> = checked(text, (value, report) => {
  if (value !== '' && value !== '/') checkPattern(value, 'prefix', report);
  return value.replace(/\/+$/, '');
});

/** Checked by `registry/http/middleware`, where their options are at hand. */
const names = list(filledText);
const options = map(written);

export const routerFields = {
  /** Without its `/` at the end; '' for none. */
  prefix: defaulted(prefix, ''),
  /** The first is the outermost. */
  middleware: defaulted(names, []),
  options: defaulted(options, {}),
  post_middleware: defaulted(names, []),
  post_options: defaulted(options, {}),
};

const path: Schema<string> = checked(text, (value, report) => {
  if (value.trim() === '') report([], { code: 'required', message: 'path is required' });
  else checkPattern(value, 'path', report);
  return value;
});

const ONE_OF_METHODS = `one of ${METHODS.join(', ')}`;
const method: Schema<Method> = checked(text, (value, report) => {
  if ((METHODS as readonly string[]).includes(value)) return value as Method;
  const expected = ONE_OF_METHODS;
  if (value === '') report([], { code: 'required', message: 'method is required', expected });
  else {
    const upper = value.toUpperCase();
    const facts = { code: 'invalid-value', message: `invalid HTTP method: ${value.slice(0, 60)}`, expected };
    report([], (METHODS as readonly string[]).includes(upper) ? { ...facts, suggestion: upper } : facts);
  }
  return 'GET';
});

const CALLABLE = ['function.wat', 'function.wasm', 'function.lua', 'process.wasm', 'process.lua'];

const NO_FUNCTION = 'function name is required';

export const endpointFields = {
  func: requiredAs(reference(CALLABLE, 'function not found', { empty: NO_FUNCTION }), NO_FUNCTION),
  path: requiredAs(path, 'path is required'),
  method: requiredAs(method, 'method is required', ONE_OF_METHODS),
  /** ms, 0 for none; null: the service's `timeouts.request`. */
  timeout: optional(duration('timeout')),
};

const cacheControl: Schema<string> = checked(text, (value, report) => {
  if (/^[\t\x20-\x7e]*$/.test(value)) return value;
  report([], {
    code: 'invalid-value',
    message: 'static_options.cache is no value of a header',
    expected: 'such as "public, max-age=3600"',
  });
  return value;
});

const staticOptionFields = {
  /** What is not there is answered with `index`. */
  spa: defaulted(boolean, false),
  index: optional(filledText),
  /** The header `Cache-Control`. */
  cache: optional(cacheControl),
  /** `x.js.br` and `x.js.gz` are sent for `x.js` to who takes them. */
  precompressed: defaulted(boolean, true),
};
const NO_STATIC_OPTIONS = { spa: false, index: null, cache: null, precompressed: true };
const staticOptions = checked(record(staticOptionFields), (value, report) => {
  if (value.spa && value.index === null) {
    report([], {
      code: 'required',
      message: 'index file must be specified for SPA mode',
      expected: 'index: index.html',
    });
  }
  return value;
});

const mountPath: Schema<string> = checked(text, (value, report) => {
  if (value.trim() === '') report([], { code: 'required', message: 'path is required' });
  else if (/[{}:]/.test(value)) {
    report([], {
      code: 'invalid-value',
      message: 'the path of static files has no parameters',
      expected: 'such as /assets',
    });
  } else checkPattern(value, 'path', report);
  return value.replace(/\/+$/, '');
});

export const staticFields = {
  /** Without its `/` at the end; '' for the root. */
  path: requiredAs(mountPath, 'path is required'),
  fs: requiredAs(reference(['fs.directory', 'fs.embed'], 'filesystem not found'), 'fs is required'),
  static_options: defaulted(staticOptions, NO_STATIC_OPTIONS),
  middleware: defaulted(names, []),
  options: defaulted(options, {}),
};
