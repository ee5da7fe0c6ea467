/** A folder of the registry as the volume that it is for guests, scripts and servers. */
import { resolve } from 'node:path';
import type { VolumeSpec } from '../files/types.js';
import type { EntryOf } from '../registry/types.js';

export function volumeOf({ id, fields }: EntryOf<'fs.directory'>, readOnly: boolean): VolumeSpec {
  return { id, path: resolve(fields.realPath), autoInit: fields.autoInit, mode: fields.mode, readOnly };
}
