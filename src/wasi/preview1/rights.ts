/** `rights` of preview 1: what each descriptor may be used for. They only ever shrink; what a volume allows is its own affair. */

const NAMES = [
  'fd_datasync',
  'fd_read',
  'fd_seek',
  'fd_fdstat_set_flags',
  'fd_sync',
  'fd_tell',
  'fd_write',
  'fd_advise',
  'fd_allocate',
  'path_create_directory',
  'path_create_file',
  'path_link_source',
  'path_link_target',
  'path_open',
  'fd_readdir',
  'path_readlink',
  'path_rename_source',
  'path_rename_target',
  'path_filestat_get',
  'path_filestat_set_size',
  'path_filestat_set_times',
  'fd_filestat_get',
  'fd_filestat_set_size',
  'fd_filestat_set_times',
  'path_symlink',
  'path_remove_directory',
  'path_unlink_file',
  'poll_fd_readwrite',
  'sock_shutdown',
  'sock_accept',
] as const;

export type Right = (typeof NAMES)[number];

const BITS = Object.fromEntries(NAMES.map((name, bit) => [name, 1n << BigInt(bit)])) as {
  readonly [name in Right]: bigint;
};

export function rights(...names: readonly Right[]): bigint {
  return names.reduce((all, name) => all | BITS[name], 0n);
}

export const ALL_RIGHTS = (1n << BigInt(NAMES.length)) - 1n;

/** What makes sense of files and folders alike. */
const OPEN_RIGHTS = rights(
  'fd_fdstat_set_flags',
  'fd_sync',
  'fd_datasync',
  'fd_advise',
  'fd_filestat_get',
  'fd_filestat_set_times',
);

export const FILE_RIGHTS =
  OPEN_RIGHTS |
  rights('fd_read', 'fd_write', 'fd_seek', 'fd_tell', 'fd_allocate', 'fd_filestat_set_size', 'poll_fd_readwrite');

export const FOLDER_RIGHTS = OPEN_RIGHTS | rights(...NAMES.filter((name) => name.startsWith('path_')), 'fd_readdir');

export const INPUT_RIGHTS = rights('fd_read', 'fd_filestat_get', 'fd_fdstat_set_flags', 'poll_fd_readwrite');
export const OUTPUT_RIGHTS = rights('fd_write', 'fd_filestat_get', 'fd_fdstat_set_flags', 'poll_fd_readwrite');

/** Opening for any of these opens for reading, or for writing. Go's files ask for `fd_filestat_set_size` when they only read. */
export const READING = rights('fd_read', 'fd_readdir');
export const WRITING = rights('fd_write');
