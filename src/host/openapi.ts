/** The OpenAPI document of a host's endpoints. */
import type { WasmFunction } from '../functions/wasm.js';
import { type OpenApiInfo, openApi } from '../http/openapi.js';
import type { Schema } from '../http/openapi-types.js';
import { httpServices } from '../registry/http/services.js';
import type { HostParts } from './parts.js';

export function openApiOf({ registry, table }: HostParts, info: OpenApiInfo): Schema {
  const typeOf = (id: string) => {
    const { compiled } = (table.get(id) ?? {}) as Partial<WasmFunction>;
    return compiled?.export.function.type ?? null;
  };
  return openApi(httpServices(registry), typeOf, info);
}
