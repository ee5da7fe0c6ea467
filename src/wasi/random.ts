/** `wasi:random`. The insecure kinds are as good as the secure one: nobody gains by worse numbers. */
import type { HostImportInterface } from '../component/types.js';
import type { World } from './types.js';

/** More at once is refused: it would be the host that has no memory then. */
const MAX_BYTES = 2n ** 26n;

function bytes(world: World, count: bigint): Uint8Array {
  if (count > MAX_BYTES) throw new Error(`${count} random bytes at once: at most ${MAX_BYTES}`);
  return world.randomBytes(Number(count));
}

function u64(world: World): bigint {
  const eight = world.randomBytes(8);
  return new DataView(eight.buffer, eight.byteOffset, 8).getBigUint64(0, true);
}

export function random(world: World): HostImportInterface {
  return { getRandomBytes: (count: bigint) => bytes(world, count), getRandomU64: () => u64(world) };
}

export function insecureRandom(world: World): HostImportInterface {
  return { getInsecureRandomBytes: (count: bigint) => bytes(world, count), getInsecureRandomU64: () => u64(world) };
}

export function insecureSeed(world: World): HostImportInterface {
  return { insecureSeed: () => [u64(world), u64(world)] };
}
