/** Where a service listens. */

export interface ListenAddress {
  /** A name or an address without brackets; '' is every address of the machine. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
}

/** `host:port`, `:port` or `[ipv6]:port`; null for anything else. */
export function parseListenAddress(text: string): ListenAddress | null {
  const match = /^(?:\[([0-9A-Fa-f:.%a-z]{2,60})\]|([A-Za-z0-9_.-]{0,253})):(\d{1,5})$/.exec(text);
  if (match === null || Number(match[3]) > 65_535) return null;
  return { host: (match[1] ?? match[2] ?? '').toLowerCase(), port: Number(match[3]) };
}

/** As it is written in URLs and messages. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
