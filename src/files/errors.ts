/** Errors of volumes, and what the system's errors are called here. */
import type { FileError, FileErrorCode } from './types.js';

/** What a volume's operations throw. `path` is the guest's, never the machine's. */
export class VolumeError extends Error implements FileError {
  override readonly name = 'VolumeError';
  readonly code: FileErrorCode;
  readonly path: string;
  /** The message without the path. */
  readonly reason: string;
  constructor(code: FileErrorCode, path: string, detail: string = REASONS[code] ?? code) {
    super(path === '' ? detail : `${clippedPath(path)}: ${detail}`);
    this.code = code;
    this.path = path;
    this.reason = detail;
  }
}

const MAX_SHOWN_PATH = 200;

/** For messages. */
export function clippedPath(path: string): string {
  return path.length > MAX_SHOWN_PATH ? `${path.slice(0, MAX_SHOWN_PATH)}…` : path;
}

/** Where the code's own words say too little. */
const REASONS: { readonly [code in FileErrorCode]?: string } = {
  access: 'the mode of its filesystem, or of the file, does not allow that',
  'bad-descriptor': 'it is closed, or was not opened for that',
  exist: 'it exists already',
  'illegal-byte-sequence': 'a name must be UTF-8',
  'insufficient-memory': 'too many open files',
  'is-directory': 'it is a folder',
  loop: 'a symbolic link, or too many of them',
  'name-too-long': 'the path is too long or too deep',
  'no-entry': 'there is no such file or folder',
  'not-directory': 'it is not a folder',
  'not-empty': 'the folder is not empty',
  'not-permitted': 'the path leads out of its folder',
  'read-only': 'it is read-only here',
  'cross-device': 'the two paths are of different filesystems',
};

const CODES: { readonly [code: string]: FileErrorCode } = {
  EACCES: 'access',
  EAGAIN: 'would-block',
  EBADF: 'bad-descriptor',
  EBUSY: 'busy',
  EDEADLK: 'deadlock',
  EDQUOT: 'quota',
  EEXIST: 'exist',
  EFBIG: 'file-too-large',
  EILSEQ: 'illegal-byte-sequence',
  EINTR: 'interrupted',
  EINVAL: 'invalid',
  EIO: 'io',
  EISDIR: 'is-directory',
  ELOOP: 'loop',
  EMFILE: 'insufficient-memory',
  EMLINK: 'too-many-links',
  ENAMETOOLONG: 'name-too-long',
  ENFILE: 'insufficient-memory',
  ENODEV: 'no-device',
  ENOENT: 'no-entry',
  ENOMEM: 'insufficient-memory',
  ENOSPC: 'insufficient-space',
  ENOTDIR: 'not-directory',
  ENOTEMPTY: 'not-empty',
  ENOTSUP: 'unsupported',
  ENXIO: 'no-such-device',
  EOPNOTSUPP: 'unsupported',
  EOVERFLOW: 'overflow',
  EPERM: 'not-permitted',
  EPIPE: 'pipe',
  EROFS: 'read-only',
  ESPIPE: 'invalid-seek',
  ETXTBSY: 'text-file-busy',
  EXDEV: 'cross-device',
  ERR_FS_FILE_TOO_LARGE: 'file-too-large',
  ERR_OUT_OF_RANGE: 'invalid',
  ERR_INVALID_ARG_VALUE: 'invalid',
};

/** What `node:fs` threw, as this room's error about `path`; our own errors pass. The machine's path is not told. */
export function volumeError(thrown: unknown, path: string): Error {
  if (thrown instanceof VolumeError) return thrown;
  const code = (thrown as { readonly code?: unknown } | null)?.code;
  const known = typeof code === 'string' ? CODES[code] : undefined;
  if (known !== undefined)
    return new VolumeError(known, path, known === 'not-permitted' ? 'the system does not permit that' : undefined);
  // What has an error code of the system is the system's; anything else is a fault of ours and stays what it is.
  if (typeof (thrown as { readonly errno?: unknown } | null)?.errno === 'number') return new VolumeError('io', path);
  return thrown as Error;
}

/** Runs one operation of the system for `path`. */
export function guarded<T>(path: string, run: () => T): T {
  try {
    return run();
  } catch (thrown) {
    throw volumeError(thrown, path);
  }
}
