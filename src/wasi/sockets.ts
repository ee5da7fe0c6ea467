/** `wasi:sockets`. Everything reaches only what `allowed_hosts` names; the host's thread checks each address. */
import type { HostImportInterface } from '../component/types.js';
import type { IoError } from './errors.js';
import { IncomingDatagramStream, OutgoingDatagramStream } from './sockets-datagrams.js';
import { ResolveAddressStream, resolveAddresses } from './sockets-names.js';
import { TcpSocket } from './sockets-tcp.js';
import { UdpSocket } from './sockets-udp.js';
import { type Family, type SocketErrorCode, type SocketResult, socketCode } from './sockets-values.js';
import type { World } from './types.js';

/** The resource `network`: there is one, and what it reaches is in the entry. */
class Network {}

export function network(): HostImportInterface {
  return {
    Network,
    networkErrorCode: (error: IoError): SocketErrorCode | undefined => {
      try {
        return socketCode(error.reason);
      } catch {
        return undefined; // an error of something else
      }
    },
  };
}

export function instanceNetwork(): HostImportInterface {
  return { instanceNetwork: () => new Network() };
}

export function tcp(): HostImportInterface {
  return { TcpSocket };
}

export function tcpCreateSocket(world: World): HostImportInterface {
  return { createTcpSocket: (family: Family): SocketResult<TcpSocket> => ({ ok: new TcpSocket(world, family) }) };
}

export function udp(): HostImportInterface {
  return { UdpSocket, IncomingDatagramStream, OutgoingDatagramStream };
}

export function udpCreateSocket(world: World): HostImportInterface {
  return { createUdpSocket: (family: Family): SocketResult<UdpSocket> => ({ ok: new UdpSocket(world, family) }) };
}

export function ipNameLookup(world: World): HostImportInterface {
  return {
    ResolveAddressStream,
    resolveAddresses: (_network: Network, name: string) => resolveAddresses(world, name),
  };
}
