/** Error numbers of `wasi_snapshot_preview1` (its `errno`), and how failures become one. */
import type { FileErrorCode } from '../../files/types.js';

export const SUCCESS = 0;
const ERRNO = {
  access: 2,
  again: 6,
  badf: 8,
  exist: 20,
  fault: 21,
  ilseq: 25,
  inval: 28,
  io: 29,
  isdir: 31,
  mfile: 33,
  nametoolong: 37,
  nobufs: 42,
  nomem: 48,
  notdir: 54,
  notsock: 57,
  notsup: 58,
  overflow: 61,
  perm: 63,
  spipe: 70,
  notcapable: 76,
} as const;

const FILE_ERRNO: { readonly [code in FileErrorCode]: number } = {
  access: 2,
  'would-block': 6,
  already: 7,
  'bad-descriptor': 8,
  busy: 10,
  deadlock: 16,
  quota: 19,
  exist: 20,
  'file-too-large': 22,
  'illegal-byte-sequence': 25,
  'in-progress': 26,
  interrupted: 27,
  invalid: 28,
  io: 29,
  'is-directory': 31,
  loop: 32,
  'too-many-links': 34,
  'message-size': 35,
  'name-too-long': 37,
  'no-device': 43,
  'no-entry': 44,
  'no-lock': 46,
  'insufficient-memory': 48,
  'insufficient-space': 51,
  'not-directory': 54,
  'not-empty': 55,
  'not-recoverable': 56,
  unsupported: 58,
  'no-tty': 59,
  'no-such-device': 60,
  overflow: 61,
  'not-permitted': 63,
  pipe: 64,
  'read-only': 69,
  'invalid-seek': 70,
  'text-file-busy': 74,
  'cross-device': 75,
};

/** Ends a function of preview 1 with this number as its answer. */
class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly errno: number;
  constructor(errno: number) {
    super(`errno ${errno}`);
    this.errno = errno;
  }
}

/** @throws Refusal */
export function refuse(name: keyof typeof ERRNO): never {
  throw new Refusal(ERRNO[name]);
}

/** The number for what a function threw; what is no answer for a guest (an exit, a missing folder, a fault of ours) is thrown on. */
export function errnoOf(thrown: unknown): number {
  if (thrown instanceof Refusal) return thrown.errno;
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  if (typeof code === 'string' && Object.hasOwn(FILE_ERRNO, code)) return FILE_ERRNO[code as FileErrorCode];
  throw thrown;
}
