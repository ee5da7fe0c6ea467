/** Every interface that this host has for guests, by its name without a version. What is not in this table is not there. */
import type { GuestMemory, HostImportInterface, PlanImport } from '../component/types.js';
import {
  environment,
  exit,
  stderr,
  stdin,
  stdout,
  terminalInput,
  terminalOutput,
  terminalStderr,
  terminalStdin,
  terminalStdout,
} from './cli.js';
import { monotonicClock, timezone, wallClock } from './clocks.js';
import { errorInterface } from './errors.js';
import { filesystemPreopens, filesystemTypes } from './filesystem.js';
import { funcs } from './funcs.js';
import { httpTypes, outgoingHandler } from './http.js';
import { pollInterface } from './poll.js';
import { preview1 } from './preview1/preview1.js';
import { insecureRandom, insecureSeed, random } from './random.js';
import { instanceNetwork, ipNameLookup, network, tcp, tcpCreateSocket, udp, udpCreateSocket } from './sockets.js';
import { streamsInterface } from './streams.js';
import type { World } from './types.js';

/**
 * Made for an instance when it first needs the interface; functions of core modules find what pointers point into in `guest`.
 * `isGranted` tells whether the entry grants a function of the import, for functions that serve more than one group.
 */
type MakeInterface = (
  world: World,
  guest: GuestMemory,
  entry: PlanImport,
  isGranted: (functionName: string) => boolean,
) => HostImportInterface;

export const INTERFACES: { readonly [name: string]: MakeInterface } = {
  'wasi:cli/environment': environment,
  'wasi:cli/exit': exit,
  'wasi:cli/stdin': stdin,
  'wasi:cli/stdout': stdout,
  'wasi:cli/stderr': stderr,
  'wasi:cli/terminal-input': terminalInput,
  'wasi:cli/terminal-output': terminalOutput,
  'wasi:cli/terminal-stdin': terminalStdin,
  'wasi:cli/terminal-stdout': terminalStdout,
  'wasi:cli/terminal-stderr': terminalStderr,
  'wasi:clocks/monotonic-clock': monotonicClock,
  'wasi:clocks/timezone': timezone,
  'wasi:clocks/wall-clock': wallClock,
  'wasi:filesystem/preopens': filesystemPreopens,
  'wasi:filesystem/types': filesystemTypes,
  'wasi:http/outgoing-handler': outgoingHandler,
  'wasi:http/types': httpTypes,
  'wasi:io/error': errorInterface,
  'wasi:io/poll': pollInterface,
  'wasi:io/streams': streamsInterface,
  'wasi:random/insecure': insecureRandom,
  'wasi:random/insecure-seed': insecureSeed,
  'wasi:random/random': random,
  'wasi:sockets/instance-network': instanceNetwork,
  'wasi:sockets/ip-name-lookup': ipNameLookup,
  'wasi:sockets/network': network,
  'wasi:sockets/tcp': tcp,
  'wasi:sockets/tcp-create-socket': tcpCreateSocket,
  'wasi:sockets/udp': udp,
  'wasi:sockets/udp-create-socket': udpCreateSocket,
  'wippy:runtime/funcs': funcs,
  wasi_snapshot_preview1: preview1,
};

/** Versions that these interfaces serve. */
const VERSIONS: readonly { readonly names: RegExp; readonly served: string; readonly version: RegExp }[] = [
  { names: /^wasi:[a-z]+\//, served: '0.2.x', version: /^0\.2\.\d+$/ },
  { names: /^wippy:runtime\//, served: '0.1.x', version: /^0\.1\.\d+$/ },
];

/** The version that an import asks for and the ones that this host has, where those are not the same; a name without one takes any. */
export function otherVersion(importName: string): { readonly asked: string; readonly served: string } | null {
  const at = importName.indexOf('@');
  const found = at < 0 ? undefined : VERSIONS.find(({ names }) => names.test(importName));
  const asked = importName.slice(at + 1);
  return found === undefined || found.version.test(asked) ? null : { asked, served: found.served };
}

/** The interface behind an import's name, or undefined: not there, or not in that version. */
export function interfaceFor(importName: string): MakeInterface | undefined {
  const at = importName.indexOf('@');
  const name = at < 0 ? importName : importName.slice(0, at);
  return Object.hasOwn(INTERFACES, name) && otherVersion(importName) === null ? INTERFACES[name] : undefined;
}
