/** `wasi:sockets/ip-name-lookup`: names that `allowed_hosts` names, and of their addresses those that may be reached. */
import type { Later } from './later.js';
import { ALWAYS_READY, Pollable } from './poll.js';
import { askToOpen, Remote } from './remote.js';
import { attemptSocket, type IpAddress, ipAddress, type SocketResult } from './sockets-values.js';
import type { World } from './types.js';

/** @returns a name as it is looked up, or null: `BÜCHER.example` is `xn--bcher-kva.example`. Addresses stay what they are. */
function asciiName(name: string): string | null {
  const literal = name.includes(':') ? `[${name.replace(/^\[|\]$/g, '')}]` : name;
  if (literal.length > 300 || /[\s/?#@\\%]/.test(literal) || !URL.canParse(`http://${literal}/`)) return null;
  const url = new URL(`http://${literal}/`);
  return url.port === '' && !/:\d+$/.test(literal) ? url.hostname.replace(/^\[(.*)\]$/, '$1') : null;
}

/** `resolve-addresses` of one world. */
export function resolveAddresses(world: World, name: string): Later<SocketResult<ResolveAddressStream>> {
  const ascii = asciiName(name);
  if (ascii === null) return { err: 'invalid-argument' };
  return attemptSocket(
    () => askToOpen(world, 'net.lookup', ascii),
    (id) => ({ ok: new ResolveAddressStream(world, new Remote(world, Number(id))) }),
  );
}

/** The resource `resolve-address-stream`. */
export class ResolveAddressStream {
  private readonly world: World;
  private readonly remote: Remote;
  private left: string[] | null = null;

  constructor(world: World, remote: Remote) {
    this.world = world;
    this.remote = remote;
  }

  resolveNextAddress(): Later<SocketResult<IpAddress | undefined>> {
    if (this.left !== null) return this.next(this.left);
    return attemptSocket(
      () => this.remote.ask('net.addresses'),
      (found): SocketResult<IpAddress | undefined> => {
        if (found === null) return { err: 'would-block' };
        this.left = [...(found as readonly string[])];
        return this.next(this.left);
      },
    );
  }

  private next(left: string[]): SocketResult<IpAddress | undefined> {
    const address = left.shift();
    return { ok: address === undefined ? undefined : ipAddress(address) };
  }

  subscribe(): Pollable {
    return new Pollable(this.world, this.left === null ? this.remote.readiness : ALWAYS_READY);
  }

  [Symbol.dispose](): void {
    this.remote.close();
  }
}
