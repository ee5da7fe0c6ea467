/** Operations on TCP, UDP and names. Addresses are `{address, port}`; `null` while something is still under way. */
import type { IoOperations, IoSession } from '../io.js';
import type { Value } from '../values.js';
import { parseAddress } from './addresses.js';
import { deniedError, netError } from './denied.js';
import { Lookup } from './lookup.js';
import { answerNothing, canonical, pinsOf, type ReachOf } from './operation.js';
import { checkHost, type Reach } from './resolve.js';
import { connectTcp, type SocketAddress, TcpConnection, TcpListener, type TcpOptions } from './tcp.js';
import { type Things, thingsOf } from './things.js';
import { type Datagram, MAX_DATAGRAM_BYTES, UdpSide, UdpSocket } from './udp.js';

export function socketOperations(reachOf: ReachOf): IoOperations {
  return { ...nameOperations(reachOf), ...tcpOperations(reachOf), ...udpOperations(reachOf) };
}

function nameOperations(reachOf: ReachOf): IoOperations {
  return {
    /** (allowed, name) → id. Only names that a pattern names are looked up. */
    'net.lookup': (session, [allowed, name]) => {
      const reach = reachOf(session, allowed);
      const text = String(name);
      if (!reach.allowed.names(text, null) && parseAddress(text) === null) {
        throw deniedError(reach, { name: text, address: null, port: 443 });
      }
      return thingsOf(session).add(new Lookup(reach, text, pinsOf(session)));
    },
    /** (id) → addresses as text, those that may be reached. */
    'net.addresses': (session, [id]) => thingsOf(session).get(Lookup, Number(id)).addresses() as Value,
  };
}

function tcpOperations(reachOf: ReachOf): IoOperations {
  return {
    /** (allowed, remote, local or null, options) → id of a connection that is being made. */
    'net.tcp-connect': (session, [allowed, remote, local, options]) => {
      const to = addressOf(remote);
      checkAddress(session, reachOf(session, allowed), to);
      const from = local === null ? null : addressOf(local);
      return thingsOf(session).add(connectTcp(to, from, options as unknown as TcpOptions));
    },
    /** (id) → `{local, remote, input, output}`, ids of its two streams; once. */
    'net.tcp-connected': (session, [id]) => {
      const things = thingsOf(session);
      const connection = things.get(TcpConnection, Number(id));
      return connection.connected() ? connectionValue(things, connection) : null;
    },
    /** (id, 'receive' | 'send' | 'both') */
    'net.tcp-shutdown': answerNothing((session, [id, how]) => {
      thingsOf(session)
        .get(TcpConnection, Number(id))
        .shutdown(how as 'receive' | 'send' | 'both');
    }),
    /** (id, options) */
    'net.tcp-options': answerNothing((session, [id, options]) => {
      thingsOf(session)
        .get(TcpConnection, Number(id))
        .setOptions(options as unknown as TcpOptions);
    }),
    /** (allowed, local, ipv6Only) → id of an address that is being bound; the entry must name it. */
    'net.tcp-bind': (session, [allowed, local, ipv6Only]) => {
      const at = addressOf(local);
      checkLocal(session, reachOf(session, allowed), at);
      return thingsOf(session).add(new TcpListener(at, ipv6Only === true));
    },
    /** (id) → where it is bound. */
    'net.tcp-bound': (session, [id]) => thingsOf(session).get(TcpListener, Number(id)).address() as Value,
    /** (id, backlog) */
    'net.tcp-listen': answerNothing((session, [id, backlog]) => {
      thingsOf(session).get(TcpListener, Number(id)).listen(Number(backlog));
    }),
    /** (id, options) → `{id, local, remote, input, output}`, null while nobody has connected. */
    'net.tcp-accept': (session, [id, options]) => {
      const things = thingsOf(session);
      const connection = things.get(TcpListener, Number(id)).accept(options as unknown as TcpOptions);
      return connection === null ? null : { id: things.add(connection), ...connectionValue(things, connection) };
    },
  };
}

function connectionValue(things: Things, connection: TcpConnection): { [name: string]: Value } {
  const { input, output } = connection.streams();
  const { local, remote } = connection;
  return { local: local as Value, remote: remote as Value, input: things.add(input), output: things.add(output) };
}

function udpOperations(reachOf: ReachOf): IoOperations {
  return {
    /** (allowed, local, ipv6Only) → `{socket, receive, send}`: ids of a socket that is being bound, and of its directions. */
    'net.udp-bind': (session, [allowed, local, ipv6Only]) => {
      const reach = reachOf(session, allowed);
      const at = addressOf(local);
      const isServer = at.port !== 0 || !isUnspecified(at.address);
      if (isServer) checkLocal(session, reach, at);
      const things = thingsOf(session);
      const accepts = (remote: SocketAddress) => isServer || mayReach(session, reach, remote);
      const socket = new UdpSocket(at, ipv6Only === true, accepts);
      const id = things.add(socket);
      return { socket: id, receive: things.add(socket.side('receive')), send: things.add(socket.side('send')) };
    },
    /** (socket) → where it is bound. */
    'net.udp-bound': (session, [id]) => thingsOf(session).get(UdpSocket, Number(id)).address() as Value,
    /** (allowed, socket, remote or null): from whom datagrams are taken from now on. */
    'net.udp-connect': answerNothing((session, [allowed, id, remote]) => {
      const to = remote === null ? null : addressOf(remote);
      if (to !== null) checkAddress(session, reachOf(session, allowed), to);
      thingsOf(session).get(UdpSocket, Number(id)).limitTo(to);
    }),
    /** (receive, max) → datagrams `{data, remote}` */
    'net.udp-receive': (session, [id, max]) =>
      thingsOf(session).get(UdpSide, Number(id)).socket.receive(Number(max)) as unknown as Value,
    /** (send) → datagrams that may be sent now. */
    'net.udp-room': (session, [id]) => thingsOf(session).get(UdpSide, Number(id)).socket.room(),
    /** (allowed, send, datagrams) → how many were sent before the first that could not be. */
    'net.udp-send': (session, [allowed, id, datagrams]) => {
      const { socket } = thingsOf(session).get(UdpSide, Number(id));
      const reach = reachOf(session, allowed);
      return sendAll(socket, datagrams as unknown as readonly Datagram[], (to) => checkAddress(session, reach, to));
    },
    /** (socket, hop limit from 1 to 255) */
    'net.udp-hop-limit': answerNothing((session, [id, hops]) => {
      thingsOf(session).get(UdpSocket, Number(id)).socket.setTTL(Number(hops));
    }),
  };
}

/** An error counts only when it comes first. */
function sendAll(socket: UdpSocket, datagrams: readonly Datagram[], check: (to: SocketAddress) => void): number {
  let sent = 0;
  for (const datagram of datagrams) {
    try {
      check(datagram.remote);
      if (datagram.data.length > MAX_DATAGRAM_BYTES) {
        throw netError('EMSGSIZE', `a datagram of ${datagram.data.length} bytes: at most ${MAX_DATAGRAM_BYTES} fit`);
      }
      if (socket.room() === 0) return sent;
      socket.send(datagram);
    } catch (thrown) {
      if (sent === 0) throw thrown;
      return sent;
    }
    sent += 1;
  }
  return sent;
}

function mayReach(session: IoSession, { allowed }: Reach, { address, port }: SocketAddress): boolean {
  if (allowed.allows(address, port, null)) return true;
  const names = pinsOf(session).get(canonical(address));
  return names !== undefined && [...names].some((name) => allowed.allows(address, port, name));
}

/** @throws HostError PermissionDenied */
function checkAddress(session: IoSession, reach: Reach, to: SocketAddress): void {
  if (mayReach(session, reach, to)) return;
  const name = pinsOf(session).get(canonical(to.address))?.values().next().value ?? null;
  throw deniedError(reach, { name, ...to });
}

/** Who listens needs the own address in `allowed_hosts`. @throws HostError PermissionDenied */
function checkLocal(session: IoSession, reach: Reach, at: SocketAddress): void {
  checkHost({ ...reach, id: session.id }, at.address, at.port);
}

function isUnspecified(address: string): boolean {
  const parsed = parseAddress(address);
  return parsed?.toByteArray().every((byte) => byte === 0) ?? false;
}

function addressOf(value: Value): SocketAddress {
  return value as unknown as SocketAddress;
}
