/** The operations `net.*` by name, so that a host whose functions reach nothing loads nothing of this room. */
import type { IoOperation, IoOperations } from '../io.js';
import type { NetOptions } from './operations.js';

export const NET_OPERATIONS = [
  'net.poll',
  'net.read',
  'net.read-wait',
  'net.room',
  'net.write',
  'net.write-wait',
  'net.flush',
  'net.close',
  'net.lookup',
  'net.addresses',
  'net.tcp-connect',
  'net.tcp-connected',
  'net.tcp-shutdown',
  'net.tcp-options',
  'net.tcp-bind',
  'net.tcp-bound',
  'net.tcp-listen',
  'net.tcp-accept',
  'net.udp-bind',
  'net.udp-bound',
  'net.udp-connect',
  'net.udp-receive',
  'net.udp-room',
  'net.udp-send',
  'net.udp-hop-limit',
  'net.request',
  'net.response',
  'net.finish',
  'net.trailers',
  'net.drain',
  'net.fetch',
] as const;

/** As `netOperations`, loaded with the first question; later ones are answered at once where that is possible. */
export function lazyNetOperations(options: NetOptions = {}): IoOperations {
  let loaded: IoOperations | null = null;
  let loading: Promise<IoOperations> | null = null;
  const load = async (): Promise<IoOperations> => {
    const { netOperations } = await import('./operations.js');
    loaded = netOperations(options);
    return loaded;
  };
  const lazy = (name: string): IoOperation => {
    return (session, args, signal) => {
      if (loaded !== null) return loaded[name]!(session, args, signal);
      loading ??= load();
      return loading.then((operations) => operations[name]!(session, args, signal));
    };
  };
  return Object.fromEntries(NET_OPERATIONS.map((name) => [name, lazy(name)]));
}
