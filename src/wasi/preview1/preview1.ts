/**
 * `wasi_snapshot_preview1` for core modules: the whole of it, on what an instance's world grants. Functions take numbers and
 * pointers into the guest's memory and answer an error number; which of them an entry grants is the gate's business.
 */
import type { GuestMemory, HostImportInterface, PlanImport } from '../../component/types.js';
import { attempt, type Later } from '../later.js';
import type { World } from '../types.js';
import { Descriptors } from './descriptors.js';
import { errnoOf, refuse, SUCCESS } from './errno.js';
import { descriptorFunctions } from './fds.js';
import { ioFunctions } from './io.js';
import { Memory } from './memory.js';
import { pathFunctions } from './paths.js';
import { pollFunctions } from './poll.js';
import { processFunctions } from './process.js';

/** Nothing hands a guest of preview 1 a socket, so no descriptor is one. */
function socketFunctions(fds: Descriptors) {
  const noSocket = (fd: number): never => {
    fds.get(fd);
    return refuse('notsock');
  };
  return { sock_accept: noSocket, sock_recv: noSocket, sock_send: noSocket, sock_shutdown: noSocket };
}

// biome-ignore lint/suspicious/noExplicitAny: numbers and bigints, as the core signature of each function says
type Preview1Function = (...args: any[]) => Later<void>;

/** Its failures are its answer. */
function answering(run: Preview1Function) {
  return (...args: unknown[]): Later<number> =>
    attempt(
      () => run(...args),
      () => SUCCESS,
      errnoOf,
    );
}

/**
 * Reads and writes by descriptors serve two groups, so it is asked here which of them the entry grants.
 *
 * @param guest whose memory the pointers point into
 */
export function preview1(
  world: World,
  guest: GuestMemory,
  _entry: PlanImport,
  isGranted: (functionName: string) => boolean,
): HostImportInterface {
  const memory = new Memory(guest);
  const fds = new Descriptors(world, { streams: isGranted('environ_get'), files: isGranted('path_open') });
  const functions: { readonly [name: string]: Preview1Function } = {
    ...processFunctions(world, memory),
    ...ioFunctions(world, memory, fds),
    ...descriptorFunctions(memory, fds),
    ...pathFunctions(memory, fds),
    ...pollFunctions(world, memory, fds),
    ...socketFunctions(fds),
  };
  return Object.fromEntries(Object.entries(functions).map(([name, run]) => [name, answering(run)]));
}
