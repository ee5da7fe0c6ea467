/** UUIDs by the package uuid; version 4, the frequent one, by Node itself. */

import type { UuidMaker } from '../lua/platform.js';
import { nodeCrypto, type Packages } from './packages.js';

export function nodeUuid(packages: Packages): UuidMaker {
  return {
    v1: () => packages.uuid().v1(),
    v3: (name, namespace) => packages.uuid().v3(name, namespace),
    v4: () => nodeCrypto().randomUUID(),
    v5: (name, namespace) => packages.uuid().v5(name, namespace),
    v7: () => packages.uuid().v7(),
  };
}
