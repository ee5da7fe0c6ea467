/** VMs over real folders. */
import { volumeOperations } from '../../src/files/operations.js';
import type { VolumeSpec } from '../../src/files/types.js';
import type { LuaVmOptions } from '../../src/lua/vm.js';
import { systemClock } from '../../src/pool/clock.js';
import { localServices } from '../../src/threads/io-local.js';
import { plain, type SpecVm, specVm } from '../lua/support.js';

/** What gives a VM these filesystems, as a host does. */
export function specVolumes(...volumes: readonly VolumeSpec[]): Pick<LuaVmOptions, 'io'> {
  const { io } = localServices(
    volumeOperations(() => volumes),
    systemClock,
  );
  return { io };
}

export function vmOver(...volumes: readonly VolumeSpec[]): SpecVm {
  return specVm({}, specVolumes(...volumes));
}

/** What a script returns and prints. */
export async function runLua(
  source: string,
  options: Partial<LuaVmOptions>,
): Promise<{ readonly values: unknown[]; readonly printed: readonly string[] }> {
  const { vm, printed } = specVm({}, options);
  const values = await vm.runScript({ name: 'fs.lua', source });
  vm.close();
  return { values: values.map(plain), printed };
}
