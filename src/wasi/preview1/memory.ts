/** A guest's linear memory as functions of preview 1 see it: every pointer is checked, and a bad one is `fault`, never more. */
import type { GuestMemory } from '../../component/types.js';
import { refuse } from './errno.js';

/** A longer path is refused before it is decoded. */
const MAX_PATH_BYTES = 16 * 1024;
/** As many pieces as other systems take in one call. */
const MAX_IOVECS = 1024;
const IOVEC_BYTES = 8;

/** A class, because instances are made for single calls: methods are shared, and the view is made when it is needed. */
export class Memory {
  private readonly guest: GuestMemory;
  private view: DataView | null = null;

  constructor(guest: GuestMemory) {
    this.guest = guest;
  }

  /** Over all of it, as large as it is now. @throws Refusal `fault` where the guest has none */
  private data(): DataView {
    const memory = this.guest.memory();
    if (memory === null) refuse('fault');
    if (this.view === null || this.view.buffer !== memory.buffer) this.view = new DataView(memory.buffer);
    return this.view;
  }

  /** @param pointer as it came, signed @throws Refusal `fault` unless all of it is inside */
  check(pointer: number, byteLength: number): number {
    const at = pointer >>> 0;
    if (at + byteLength > this.data().byteLength) refuse('fault');
    return at;
  }

  /** The bytes themselves, not a copy; good until the guest runs again. */
  bytes(pointer: number, byteLength: number): Uint8Array {
    const length = byteLength >>> 0;
    const at = this.check(pointer, length);
    return new Uint8Array(this.data().buffer, at, length);
  }

  u16(pointer: number): number {
    return this.data().getUint16(this.check(pointer, 2), true);
  }

  u32(pointer: number): number {
    return this.data().getUint32(this.check(pointer, 4), true);
  }

  u64(pointer: number): bigint {
    return this.data().getBigUint64(this.check(pointer, 8), true);
  }

  setU8(pointer: number, value: number): void {
    this.data().setUint8(this.check(pointer, 1), value);
  }

  setU16(pointer: number, value: number): void {
    this.data().setUint16(this.check(pointer, 2), value, true);
  }

  setU32(pointer: number, value: number): void {
    this.data().setUint32(this.check(pointer, 4), value, true);
  }

  setU64(pointer: number, value: bigint): void {
    this.data().setBigUint64(this.check(pointer, 8), BigInt.asUintN(64, value), true);
  }

  set(pointer: number, bytes: Uint8Array): void {
    this.bytes(pointer, bytes.length).set(bytes);
  }

  /** @throws Refusal `fault`, `nametoolong`, `ilseq` */
  path(pointer: number, byteLength: number): string {
    const bytes = this.bytes(pointer, byteLength);
    if (bytes.length > MAX_PATH_BYTES) refuse('nametoolong');
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice());
    } catch {
      refuse('ilseq');
    }
  }

  /**
   * The pieces of an `iovec_array`, all of them checked before any is used; empty ones are left out.
   * @throws Refusal `fault`, `inval` for too many
   */
  iovecs(pointer: number, count: number): readonly Uint8Array[] {
    const pieces = count >>> 0;
    if (pieces > MAX_IOVECS) refuse('inval');
    const at = this.check(pointer, pieces * IOVEC_BYTES);
    const found: Uint8Array[] = [];
    for (let index = 0; index < pieces; index++) {
      const each = at + index * IOVEC_BYTES;
      const piece = this.bytes(this.u32(each), this.u32(each + 4));
      if (piece.length > 0) found.push(piece);
    }
    return found;
  }
}
