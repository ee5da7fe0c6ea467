/**
 * `wasi_snapshot_preview1` for core modules: the whole of it, on what an instance's world grants. Functions take numbers and
 * pointers into the guest's memory and answer an error number; which of them an entry grants is the gate's business.
 */
import type { GuestMemory, HostImportFunction, HostImportInterface, PlanImport } from '../../component/types.js';
import { Input } from '../input.js';
import type { Later } from '../later.js';
import type { World } from '../types.js';
import { Descriptors } from './descriptors.js';
import { errnoOf, refuse, SUCCESS } from './errno.js';
import { DESCRIPTOR_FUNCTIONS } from './fds.js';
import type { Guest } from './guest.js';
import { IO_FUNCTIONS } from './io.js';
import { Memory } from './memory.js';
import { PATH_FUNCTIONS } from './paths.js';
import { POLL_FUNCTIONS } from './poll.js';
import { PROCESS_FUNCTIONS } from './process.js';

/** Nothing hands a guest of preview 1 a socket, so no descriptor is one. */
function noSocket({ fds }: Guest, fd: number): never {
  fds.get(fd);
  return refuse('notsock');
}

// biome-ignore lint/suspicious/noExplicitAny: numbers and bigints, as the core signature of each function says
type Preview1Function = (of: Guest, ...args: any[]) => Later<void>;

const FUNCTIONS: { readonly [name: string]: Preview1Function } = {
  ...PROCESS_FUNCTIONS,
  ...IO_FUNCTIONS,
  ...DESCRIPTOR_FUNCTIONS,
  ...PATH_FUNCTIONS,
  ...POLL_FUNCTIONS,
  sock_accept: noSocket,
  sock_recv: noSocket,
  sock_send: noSocket,
  sock_shutdown: noSocket,
};

/** Its failures are its answer. */
function answer(run: Preview1Function, of: Guest, args: readonly unknown[]): Later<number> {
  try {
    const done = run(of, ...args);
    return done instanceof Promise ? done.then(() => SUCCESS, errnoOf) : SUCCESS;
  } catch (thrown) {
    return errnoOf(thrown);
  }
}

/** What the functions find behind `this`. */
interface Holder {
  readonly of: Guest;
}

/** Made once: an instance costs one object with these behind it, not 46 functions of its own. */
const METHODS: { readonly [name: string]: HostImportFunction } = Object.fromEntries(
  Object.entries(FUNCTIONS).map(([name, run]) => [
    name,
    function (this: Holder, ...args: unknown[]) {
      return answer(run, this.of, args);
    },
  ]),
);

/**
 * Reads and writes by descriptors serve two groups, so it is asked here which of them the entry grants. The functions are methods
 * of what is answered.
 *
 * @param guest whose memory the pointers point into
 */
export function preview1(
  world: World,
  guest: GuestMemory,
  _entry: PlanImport,
  isGranted: (functionName: string) => boolean,
): HostImportInterface {
  const fds = new Descriptors(world, { streams: isGranted('environ_get'), files: isGranted('path_open') });
  const of: Guest = { world, memory: new Memory(guest), fds, input: new Input(world) };
  return Object.create(METHODS, { of: { value: of } }) as HostImportInterface;
}
