/** Features of newer eras, and what to build instead: a feature that is not there is no malformed binary. */

/** Gated features of the specification that a component of the WASI 0.2 era does not use. */
export type Feature =
  | 'async'
  | 'stream'
  | 'future'
  | 'error-context'
  | 'threads'
  | 'values'
  | 'fixed-length list'
  | 'map'
  | 'gc'
  | 'memory64'
  | 'shared-everything-threads';

const INSTEAD: Record<Feature, string> = {
  async: 'build for WASI 0.2: export and import plain functions (lifted and lowered without `async`)',
  stream: 'build for WASI 0.2: pass `list<T>`, or a resource with a `read` method (as `wasi:io/streams` does)',
  future: 'build for WASI 0.2: return the value, or a resource to poll (as `wasi:io/poll` does)',
  'error-context': 'return `result<T, E>` with a string, variant or resource as `E`',
  threads: 'build without threads (no `thread.*` built-ins)',
  values: 'import or export a function that returns the value; call a start function as an export',
  'fixed-length list': 'use `tuple<T, T, …>` or `list<T>`',
  map: 'use `list<tuple<K, V>>`',
  gc: 'build core modules for linear memory (module types of plain function types)',
  memory64: 'build for wasm32: 32-bit memories and `(rep i32)`',
  'shared-everything-threads': 'build without shared functions (no `thread.spawn-*`)',
};

/** A binary that is (as far as it was read) well formed, but uses a feature that this engine does not have. */
export class UnsupportedFeature extends Error {
  readonly feature: Feature;
  /** Byte position in the file. */
  readonly offset: number;
  /** ``export `run` ``, ``import `wasi:http/handler@0.3.0` ``, or null when neither uses the feature. */
  readonly place: string | null;
  /** What to build instead. */
  readonly instead: string;

  constructor(feature: Feature, construct: string, offset: number, place: string | null) {
    const where = place === null ? '' : `${place} `;
    const at = `(at offset 0x${offset.toString(16)})`;
    super(
      `${where}needs the component feature ${feature}: ${construct} ${at}, which is not supported; ${INSTEAD[feature]}`,
    );
    this.name = 'UnsupportedFeature';
    this.feature = feature;
    this.offset = offset;
    this.place = place;
    this.instead = INSTEAD[feature];
  }
}
