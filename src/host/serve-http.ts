/** {@link serveHttp}, loaded when it is first called: hosts that serve nothing do not pay for servers. */
import type { HttpServing, ServeHostOptions } from './http.js';
import type { Host } from './types.js';

/**
 * Starts the HTTP services of a host's registry.
 *
 * @throws HostError Unavailable (an address is taken), Invalid (nothing to serve)
 * @example
 * await using host = await createHost({ registry: './registry' });
 * await using serving = await serveHttp(host);
 * console.log(serving.services[0].url); // http://127.0.0.1:8080
 */
export async function serveHttp(host: Host, options: ServeHostOptions = {}): Promise<HttpServing> {
  return (await import('./http.js')).serveServices(host, options);
}
