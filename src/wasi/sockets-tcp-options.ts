/** Options of a `tcp-socket`: told as they were set; Node sets what it can. */
import type { Later } from './later.js';
import { DONE, type SocketResult } from './sockets-values.js';

const NS_PER_MS = 1_000_000n;

/** What may be set at any time and is told as it was set; accepted sockets have those of their listener. */
export interface TcpSettings {
  keepAlive: boolean;
  keepAliveIdleNs: bigint;
  keepAliveIntervalNs: bigint;
  keepAliveCount: number;
  hopLimit: number;
  receiveBuffer: bigint;
  sendBuffer: bigint;
}

export const DEFAULT_SETTINGS: TcpSettings = {
  keepAlive: false,
  keepAliveIdleNs: 7_200_000_000_000n,
  keepAliveIntervalNs: 75_000_000_000n,
  keepAliveCount: 9,
  hopLimit: 64,
  receiveBuffer: 65_536n,
  sendBuffer: 65_536n,
};

export abstract class TcpOptions {
  protected readonly settings: TcpSettings;

  constructor(settings: TcpSettings) {
    this.settings = settings;
  }

  /** Has the connection follow them, where there is one. */
  protected abstract tellOptions(): Later<SocketResult<true>>;

  /** As operations take them. */
  protected options(): { keepAlive: boolean; keepAliveIdleMs: number } {
    const { keepAlive, keepAliveIdleNs } = this.settings;
    return { keepAlive, keepAliveIdleMs: Number(keepAliveIdleNs / NS_PER_MS) };
  }

  keepAliveEnabled(): SocketResult<boolean> {
    return { ok: this.settings.keepAlive };
  }

  setKeepAliveEnabled(value: boolean): Later<SocketResult<true>> {
    this.settings.keepAlive = value;
    return this.tellOptions();
  }

  keepAliveIdleTime(): SocketResult<bigint> {
    return { ok: this.settings.keepAliveIdleNs };
  }

  setKeepAliveIdleTime(value: bigint): Later<SocketResult<true>> {
    if (value === 0n) return { err: 'invalid-argument' };
    this.settings.keepAliveIdleNs = value;
    return this.tellOptions();
  }

  keepAliveInterval(): SocketResult<bigint> {
    return { ok: this.settings.keepAliveIntervalNs };
  }

  setKeepAliveInterval(value: bigint): SocketResult<true> {
    if (value === 0n) return { err: 'invalid-argument' };
    this.settings.keepAliveIntervalNs = value;
    return DONE;
  }

  keepAliveCount(): SocketResult<number> {
    return { ok: this.settings.keepAliveCount };
  }

  setKeepAliveCount(value: number): SocketResult<true> {
    if (value === 0) return { err: 'invalid-argument' };
    this.settings.keepAliveCount = value;
    return DONE;
  }

  hopLimit(): SocketResult<number> {
    return { ok: this.settings.hopLimit };
  }

  setHopLimit(value: number): SocketResult<true> {
    if (value === 0) return { err: 'invalid-argument' };
    this.settings.hopLimit = value;
    return DONE;
  }

  receiveBufferSize(): SocketResult<bigint> {
    return { ok: this.settings.receiveBuffer };
  }

  setReceiveBufferSize(value: bigint): SocketResult<true> {
    if (value === 0n) return { err: 'invalid-argument' };
    this.settings.receiveBuffer = value;
    return DONE;
  }

  sendBufferSize(): SocketResult<bigint> {
    return { ok: this.settings.sendBuffer };
  }

  setSendBufferSize(value: bigint): SocketResult<true> {
    if (value === 0n) return { err: 'invalid-argument' };
    this.settings.sendBuffer = value;
    return DONE;
  }
}
