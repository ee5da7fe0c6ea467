/**
 * What TypeScript cannot see of a host's options: callers in JavaScript misspell them, and numbers may be none. Each is checked when the
 * host is made, so that nothing is ignored in silence.
 */
import { HostError } from '../errors.js';
import type { ScriptTerms } from '../lua/types.js';
import { nearestName } from '../nearest.js';
import type { CallHostOptions, HostOptions, RunOptions, ScriptLimits } from './types.js';

/** Says what is expected instead; null: the value is right. */
type Check = (value: unknown) => string | null;
type Checks<T> = { readonly [K in keyof Required<T>]: Check };

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const of =
  (type: 'string' | 'boolean' | 'function', name: string): Check =>
  (value) =>
    typeof value === type ? null : name;
const text = of('string', 'a string');
const yesOrNo = of('boolean', 'true or false');
const fn = of('function', 'a function');

const choice =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string) ? null : `one of ${values.map((each) => JSON.stringify(each)).join(', ')}`;

const whole =
  (min: number): Check =>
  (value) =>
    Number.isSafeInteger(value) && (value as number) >= min ? null : `a whole number from ${min}`;

const milliseconds: Check = (value) => (typeof value === 'number' && value >= 0 ? null : 'milliseconds from 0');

const orNull =
  (check: Check): Check =>
  (value) => {
    const expected = value === null ? null : check(value);
    return expected === null ? null : `${expected}, or null`;
  };

const texts: Check = (value) =>
  Array.isArray(value) && value.every((each) => typeof each === 'string') ? null : 'a list of strings';

/** A folder, a document or a list of documents; what is in them the registry checks. */
const registry: Check = (value) => {
  const isDocument = (each: unknown) => isObject(each) && !Array.isArray(each);
  if (typeof value === 'string' || isDocument(value)) return null;
  return Array.isArray(value) && value.every(isDocument)
    ? null
    : 'the path of a folder, a document or a list of documents';
};

const bytesOrText: Check = (value) =>
  typeof value === 'string' || value instanceof Uint8Array ? null : 'a string or a Uint8Array';

const LIMITS: Checks<ScriptLimits> = {
  luaMs: orNull(milliseconds),
  instructions: orNull(whole(1)),
  stringBytes: whole(1),
  stringLength: whole(1),
  sourceBytes: whole(1),
};

/** Maps and limits are looked into by functions of their own. */
const anObject: Check = (value) => (isObject(value) && !Array.isArray(value) ? null : 'an object');

const HOST: Checks<HostOptions> = {
  registry,
  projectRoot: text,
  functions: anObject,
  imports: anObject,
  cacheFolder: text,
  threads: whole(0),
  warmThread: yesOrNo,
  onThread: fn,
  closeGrace: milliseconds,
  allowedHosts: texts,
  scriptLimits: anObject,
  print: fn,
  log: fn,
  logLevel: choice('debug', 'info', 'warn', 'error'),
  stdio: choice('log', 'inherit', 'programs'),
  stdin: bytesOrText,
};

const signal: Check = (value) => (value instanceof AbortSignal ? null : 'an AbortSignal');
const aboveZero: Check = (value) => (typeof value === 'number' && value > 0 ? null : 'milliseconds above 0');
const CALL: Checks<CallHostOptions> = { signal, timeout: aboveZero };
const list: Check = (value) => (Array.isArray(value) ? null : 'a list');
const RUN: Checks<RunOptions> = { ...CALL, args: list, limits: anObject };

/** @throws HostError Invalid, with the option's name */
export function checkHostOptions(options: HostOptions): void {
  checkAll('createHost', '', options, HOST);
  const { functions = {}, imports = {}, scriptLimits = {} } = options;
  for (const [id, given] of Object.entries(functions))
    refuse('createHost', `functions[${JSON.stringify(id)}]`, given, fn);
  for (const [name, given] of Object.entries(imports)) {
    const check: Check = (value) =>
      isObject(value) || typeof value === 'function' ? null : 'an object of functions, or a function';
    refuse('createHost', `imports[${JSON.stringify(name)}]`, given, check);
  }
  checkAll('createHost', 'scriptLimits.', scriptLimits, LIMITS);
}

/** @throws HostError Invalid, with the argument's or the option's name */
export function checkCall(id: unknown, args: unknown, options: CallHostOptions): void {
  refuse('host.call', 'id', id, text);
  refuse('host.call', 'args', args, list);
  checkAll('host.call', '', options, CALL);
}

/**
 * The bounds of one script: what the call says wins over what the host says.
 * @throws HostError Invalid, with the option's name
 */
export function scriptTerms(options: RunOptions, { scriptLimits = {} }: HostOptions): ScriptTerms {
  checkAll('host.run', '', options, RUN);
  const { limits = {}, timeout } = options;
  checkAll('host.run', 'limits.', limits, LIMITS);
  // Who gives a script a minute means to let it compute for a minute.
  const byTimeout = timeout === undefined ? {} : { luaMs: null };
  return { limits: { ...byTimeout, ...given(scriptLimits), ...given(limits) }, timeoutMs: timeout ?? null };
}

/** Without what is undefined. */
function given(limits: ScriptLimits): ScriptLimits {
  return Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
}

function checkAll<T extends object>(where: string, prefix: string, options: T, checks: Checks<T>): void {
  if (!isObject(options) || Array.isArray(options)) refuse(where, 'options', options, () => 'an object');
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) throw unknownOption(where, prefix, name, Object.keys(checks));
    if (value !== undefined) refuse(where, prefix + name, value, checks[name as keyof T]);
  }
}

function refuse(where: string, option: string, value: unknown, check: Check): void {
  const expected = check(value);
  if (expected === null) return;
  const got = shown(value);
  throw new HostError('Invalid', `${where}: ${option}: expected ${expected}, got ${got}`, {
    retryable: false,
    details: { option, expected, got },
  });
}

function unknownOption(where: string, prefix: string, name: string, known: readonly string[]): HostError {
  const nearest = nearestName(name, known);
  const option = prefix + name.slice(0, 60);
  const next = nearest === null ? `it has ${known.join(', ')}` : `did you mean ${prefix}${nearest}?`;
  return new HostError('Invalid', `${where} has no option ${option}: ${next}`, {
    retryable: false,
    details: nearest === null ? { option } : { option, suggestion: prefix + nearest },
  });
}

function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `string ${JSON.stringify(value.slice(0, 60))}`;
    case 'number':
    case 'boolean':
    case 'bigint':
      return `${typeof value} ${value}`;
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? 'a list' : 'an object';
    default:
      return typeof value;
  }
}
