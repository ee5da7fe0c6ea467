/** The variables that the pages about Lua speak of. */
import { envOperations } from '../../src/env/operations.js';
import type { IoPort } from '../../src/io.js';
import { systemClock } from '../../src/pool/clock.js';
import { loadRegistry } from '../../src/registry/load.js';
import { nodeFiles } from '../../src/registry/node-files.js';
import { localServices } from '../../src/threads/io-local.js';
import { environmentIn } from '../env/helpers.js';
import { expectRegistry } from '../registry/helpers.js';

const TEXT = `namespace: shop
entries:
  - {name: fixed, kind: env.storage.static, values: {REGION: eu}}
  - {name: region, kind: env.variable, storage: fixed, variable: REGION, readonly: true}
  - {name: scratch, kind: env.storage.memory}
  - {name: greeting, kind: env.variable, storage: scratch, variable: GREETING}
`;

export async function docsIo(): Promise<IoPort> {
  const sources = [{ file: 'docs.yaml', text: TEXT }];
  const registry = expectRegistry(await loadRegistry({ sources, files: nodeFiles() }));
  const environment = environmentIn(registry);
  return localServices(
    envOperations(() => ({ registry, environment })),
    systemClock,
  ).io;
}
