/** What a host is made of, for the rooms of the package that build on a finished one: its HTTP servers, its documents. */
import type { MemoryStorages } from '../env/storage.js';
import { HostBug } from '../errors.js';
import type { FunctionTable } from '../functions/table.js';
import type { HttpSlot } from '../http/operations.js';
import type { ThreadServices } from '../io.js';
import type { Registry } from '../registry/types.js';
import type { HostFunctions } from './functions.js';
import type { Host, HostOptions } from './types.js';

export const HOST_PARTS = Symbol('parts of a host');

export interface HostParts {
  readonly options: HostOptions;
  readonly registry: Registry;
  readonly table: FunctionTable;
  readonly functions: HostFunctions;
  readonly services: ThreadServices;
  readonly http: HttpSlot;
  readonly memories: MemoryStorages;
}

/** Of a host that `createHost` made. */
export function partsOf(host: Host): HostParts {
  const parts = (host as { [HOST_PARTS]?: HostParts })[HOST_PARTS];
  if (parts === undefined) throw new HostBug('a host that createHost did not make');
  return parts;
}
