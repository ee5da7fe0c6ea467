/** What an operator wants to know before the first request: endpoints that cannot answer, guards that let nobody in. */
import type { CompiledFunction } from '../engine/compiled.js';
import { withoutVersion } from '../engine/gate.js';
import { HostError } from '../errors.js';
import type { WasmFunction } from '../functions/wasm.js';
import { threadEntry } from '../package-files.js';
import type { Middleware } from '../registry/http/middleware.js';
import type { HttpServiceConfig } from '../registry/http/services.js';
import type { HostParts } from './parts.js';

interface StartWarning {
  readonly level: 'error' | 'warn';
  readonly message: string;
  readonly fields: Record<string, unknown>;
}

/** @param envOf a variable's value; null where it has none */
export function startWarnings(
  parts: HostParts,
  services: readonly HttpServiceConfig[],
  envOf: (id: string) => string | null,
): StartWarning[] {
  return services.flatMap(({ routers, statics }) => [
    ...routers.flatMap(({ id, middleware, postMiddleware }) => [
      ...guardWarnings(id, middleware, envOf),
      ...guardWarnings(id, postMiddleware, envOf),
    ]),
    ...statics.flatMap(({ id, middleware }) => guardWarnings(id, middleware, envOf)),
    ...routers.flatMap(({ endpoints }) =>
      endpoints.flatMap(({ id, func }) => [...grantWarnings(parts, id, func), ...threadWarnings(parts, id, func)]),
    ),
  ]);
}

// --- guards -----------------------------------------------------------------------------------------------------------

function guardWarnings(
  entry: string,
  chain: readonly Middleware[],
  envOf: (id: string) => string | null,
): StartWarning[] {
  return chain.flatMap((config) => {
    const empty = variablesOf(config).filter(({ variable, mayBeEmpty }) => {
      const value = valueOrNone(variable, envOf);
      return value === null || (value === '' && !mayBeEmpty);
    });
    const letsNobodyIn = config.type === 'basic_auth' || empty.length === variablesOf(config).length;
    const follows = letsNobodyIn ? 'every request is answered by 401' : 'that token lets nobody in';
    return empty.map(
      ({ option, variable }): StartWarning => ({
        level: 'warn',
        message: `${entry}: the variable ${variable} of ${option} has no value: ${follows} until it has one`,
        fields: { entry, option, variable },
      }),
    );
  });
}

/** A storage that cannot be read tells that to its requests; here it has no value. */
function valueOrNone(variable: string, envOf: (id: string) => string | null): string | null {
  try {
    return envOf(variable);
  } catch {
    return null;
  }
}

function variablesOf(
  config: Middleware,
): readonly { readonly option: string; readonly variable: string; readonly mayBeEmpty: boolean }[] {
  if (config.type === 'bearer_auth') {
    return config.tokens.map((variable) => ({ option: 'bearer_auth.token', variable, mayBeEmpty: false }));
  }
  if (config.type !== 'basic_auth') return [];
  return [
    { option: 'basic_auth.user', variable: config.user, mayBeEmpty: true },
    { option: 'basic_auth.password', variable: config.password, mayBeEmpty: false },
  ];
}

// --- components on the host's thread ------------------------------------------------------------------------------------

/** Whether a component that serves by itself has nowhere to wait: it runs on the host's thread, and this Node cannot suspend it. */
export function standsStill(parts: HostParts, func: string): boolean {
  const onHost = parts.options.threads === 0 || threadEntry() === null;
  return onHost && !('Suspending' in WebAssembly) && servingComponent(parts, func) !== null;
}

function threadWarnings(parts: HostParts, entry: string, func: string): StartWarning[] {
  // One that is not granted what it needs has a warning of its own.
  if (!standsStill(parts, func) || missingGrants(servingComponent(parts, func)!).length > 0) return [];
  const message =
    `${func} serves requests on the host's thread (threads: 0), where it cannot wait: it gets bodies whole, and what waits fails ` +
    '(more than 64 KiB of an answer, clocks, requests of its own); let there be threads, or use Node 24.20 or later';
  return [{ level: 'warn', message, fields: { entry, function: func } }];
}

// --- grants of components that serve by themselves ----------------------------------------------------------------------

/** Without these such a component can neither read a request nor write an answer. */
const NEEDED = ['wasi:io', 'wasi:http'];

function grantWarnings(parts: HostParts, entry: string, func: string): StartWarning[] {
  const compiled = servingComponent(parts, func);
  const missing = compiled === null ? [] : missingGrants(compiled);
  if (compiled === null || missing.length === 0) return [];
  const follows = missing.includes('wasi:http') ? 'every request of it fails' : 'it traps where it calls it';
  return [
    {
      level: missing.includes('wasi:http') ? 'error' : 'warn',
      message: `${ungrantedText(compiled, missing)}; until then ${follows}`,
      fields: { entry, function: func },
    },
  ];
}

/** What answers requests of a component that is not granted what requests are made of; null for what is. */
export function ungrantedError(parts: HostParts, func: string): HostError | null {
  const compiled = servingComponent(parts, func);
  const missing = compiled === null ? [] : missingGrants(compiled);
  if (compiled === null || !missing.includes('wasi:http')) return null;
  return new HostError('PermissionDenied', ungrantedText(compiled, missing), {
    retryable: false,
    details: { function: func, import: 'wasi:http/types', grant: 'wasi:http' },
  });
}

function servingComponent({ table }: HostParts, func: string): CompiledFunction | null {
  const { compiled } = (table.get(func) ?? {}) as Partial<WasmFunction>;
  return compiled?.servesHttp === true ? compiled : null;
}

function missingGrants({ imports }: CompiledFunction): string[] {
  return NEEDED.filter((group) =>
    imports.some(({ name, state }) => withoutVersion(name).startsWith(`${group}/`) && state === 'not granted'),
  );
}

function ungrantedText({ id, entry, imports }: CompiledFunction, missing: readonly string[]): string {
  const written = entry.fields.imports.map(({ group, interface: only }) =>
    only === null ? group : `${group}/${only}`,
  );
  const line = [...NEEDED, ...written.filter((each) => !NEEDED.includes(each.split('/')[0]!))];
  const groups = imports.filter(({ state }) => state === 'not granted').map(({ name }) => name.split('/')[0]!);
  const others = [...new Set(groups)].filter((each) => !line.includes(each));
  const more = others.length === 0 ? '' : ` (it imports ${others.join(', ')}, too)`;
  return `${id} serves requests with ${missing.join(' and ')}, which its entry does not grant: write imports: [${line.join(', ')}]${more}`;
}
