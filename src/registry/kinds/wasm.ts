/** function.wat and function.wasm: what they need, and what both may say about how they run. */
import {
  choice,
  code,
  defaulted,
  filledText,
  optional,
  reference,
  required,
  requiredByLoader,
  type Schema,
} from '../schema.js';
import { DEFAULT_POOL, limits, NO_LIMITS, pool } from './common.js';
import { type ImportGrant, importNames } from './imports.js';
import { NO_WASI, wasi } from './wasi.js';

const TRANSPORTS = ['payload', 'wasi-http'] as const;
type Transport = (typeof TRANSPORTS)[number];
const transport: Schema<Transport> = choice(TRANSPORTS, 'invalid transport type');

function commonFields(hostImports: readonly string[]) {
  return {
    method: requiredByLoader(filledText),
    wit: optional(code('wit is empty: leave it out')),
    pool: defaulted(pool, DEFAULT_POOL),
    transport: defaulted(transport, 'payload'),
    imports: defaulted<readonly ImportGrant[]>(importNames(hostImports), []),
    wasi: defaulted(wasi, NO_WASI),
    limits: defaulted(limits, NO_LIMITS),
  };
}

export function watFields(hostImports: readonly string[]) {
  return { source: required(code('source is required')), ...commonFields(hostImports) };
}

export function wasmFields(hostImports: readonly string[]) {
  return {
    fs: required(reference(['fs.directory', 'fs.embed'], 'filesystem not found')),
    path: required(filledText),
    /** `sha256:` and 64 lowercase hex digits. */
    hash: requiredByLoader(filledText),
    ...commonFields(hostImports),
  };
}
