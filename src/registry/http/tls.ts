/** What a service's certificates are, as an entry says it. */
import type { ClientAuth } from '../kinds/http.js';

/** Where PEM text comes from: a path (absolute, or relative to the working directory), the text itself, or an env.variable by its ID. */
export type PemSource =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'env'; readonly id: string };

export interface HttpTls {
  readonly cert: PemSource;
  readonly key: PemSource;
  readonly clientCa: PemSource | null;
  readonly clientAuth: ClientAuth;
}
