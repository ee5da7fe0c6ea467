/** YAML for scripts, by the package yaml. Bounds come before work, since texts and tables may be anybody's. */

import type { YamlCodec } from '../lua/platform.js';
import type { Packages } from './packages.js';
import { decodeYaml } from './yaml-decode.js';
import { encodeYaml } from './yaml-encode.js';

export function nodeYaml(packages: Packages): YamlCodec {
  return {
    decode: (text) => decodeYaml(packages.yaml(), text),
    encode: (value, options) => encodeYaml(packages.yaml(), value, options),
  };
}
