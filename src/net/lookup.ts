/** A name being resolved for somebody who connects by address later. */
import { parseAddress } from './addresses.js';
import { deniedError } from './denied.js';
import { canonical, type Pins } from './operation.js';
import { type Reach, resolveName } from './resolve.js';
import { notify, type Thing } from './things.js';

/** Addresses that one session may have resolved; then the oldest are forgotten. */
const MAX_PINS = 1000;

export class Lookup implements Thing {
  readonly watchers = new Set<() => void>();
  private found: readonly string[] | null = null;
  private failure: unknown = null;
  private closed = false;

  constructor(reach: Reach, name: string, pins: Pins) {
    if (parseAddress(name) !== null) {
      this.found = [name];
      return;
    }
    resolveName(reach.resolver, name)
      .then((all) => {
        const granted = all.filter(({ address }) => reach.allowed.allowsSome(address, name));
        if (granted.length === 0) {
          throw deniedError(reach, { name, address: all[0]!.address, port: 443 });
        }
        this.found = granted.map(({ address }) => address);
        for (const address of this.found) pin(pins, canonical(address), name);
      })
      .catch((thrown: unknown) => {
        this.failure = thrown;
      })
      .finally(() => notify(this));
  }

  ready(): boolean {
    return this.closed || this.found !== null || this.failure !== null;
  }

  /** @returns null while they are not known @throws HostError */
  addresses(): readonly string[] | null {
    if (this.failure !== null) throw this.failure;
    return this.found;
  }

  close(): void {
    this.closed = true;
  }
}

function pin(pins: Pins, address: string, name: string): void {
  const names = pins.get(address) ?? new Set();
  names.add(name);
  pins.set(address, names);
  if (pins.size > MAX_PINS) pins.delete(pins.keys().next().value!);
}
