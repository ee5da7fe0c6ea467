/** The OpenAPI document of a host's endpoints. */
import { type OpenApiInfo, openApi } from '../http/openapi.js';
import type { Schema } from '../http/openapi-types.js';
import { type HttpServiceConfig, httpServices } from '../registry/http/services.js';
import { answeringType } from './facts.js';
import type { HostParts } from './parts.js';

/** @param info what the document says of itself; what is left out comes from the registry: see {@link infoOf} */
export function openApiOf({ registry, table }: HostParts, info: Partial<OpenApiInfo> = {}): Schema {
  const services = httpServices(registry);
  return openApi(services, (id) => answeringType(id, table), { ...infoOf(services), ...info });
}

/**
 * `meta.title` and `meta.version` of a service, else what all endpoints have of it (a document's meta is theirs); the title is
 * their namespaces where nobody says otherwise.
 */
function infoOf(services: readonly HttpServiceConfig[]): OpenApiInfo {
  const endpoints = services.flatMap(({ routers }) => routers.flatMap((router) => router.endpoints));
  const said = (field: 'title' | 'version'): string | null => {
    const own = services.map(({ entry }) => textOf(entry?.meta[field])).find((text) => text !== null);
    if (own !== undefined) return own;
    const [first, ...others] = new Set(endpoints.map(({ entry }) => textOf(entry.meta[field])));
    return others.length === 0 ? (first ?? null) : null;
  };
  const namespaces = [...new Set(endpoints.map(({ entry }) => entry.namespace))];
  return { title: said('title') ?? (namespaces.join(', ') || 'moonwit'), version: said('version') ?? '0.0.0' };
}

/** A version may be written as a number: `1.2`. */
function textOf(value: unknown): string | null {
  return (typeof value === 'string' && value !== '') || typeof value === 'number' ? String(value) : null;
}
