/**
 * Moonwit's public API.
 *
 * @example
 * import { createHost } from 'moonwit';
 *
 * await using host = await createHost({ registry: './registry' });
 * console.log(await host.call('myns:compute', [6, 7])); // 42
 */
export type { HostImportFunction, HostImportInterface } from './component/types.js';
export type { HostImports, ImportReport, ImportState } from './engine/gate.js';
export {
  ERROR_KINDS,
  type ErrorKind,
  HostBug,
  HostError,
  type HostErrorData,
  type HostErrorOptions,
} from './errors.js';
export type { CallStats, Quantiles } from './functions/meter.js';
export type { HostFunction } from './functions/typescript.js';
export { createHost } from './host/host.js';
export type { HttpServing, ServeHostOptions } from './host/http.js';
export { serveHttp } from './host/serve-http.js';
export type {
  CallHostOptions,
  FunctionDescription,
  FunctionStats,
  FunctionSummary,
  Handle,
  Host,
  HostOptions,
  HostStats,
  RunOptions,
  ScriptLimits,
} from './host/types.js';
export type { LogLevel, LogRecord } from './lua/platform.js';
export type { PoolStats } from './pool/types.js';
export type { PoolConfig, PoolType } from './registry/pool.js';
export type { RegistryDocument } from './registry/types.js';
export type { CrewStats, ThreadStats } from './threads/crew.js';
