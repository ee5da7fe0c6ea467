/** Functions of `wasi_snapshot_preview1`: which group of `imports:` grants each, and its core type. */
import type { Program } from '../component/program.js';
import type { ComponentPlan } from '../component/types.js';

const GROUPS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(args|environ)_|^proc_|^sched_yield$/, ['wasi:cli']],
  [/^clock_/, ['wasi:clocks']],
  [/^random_get$/, ['wasi:random']],
  [/^poll_oneoff$/, ['wasi:io', 'wasi:poll']],
  [/^sock_/, ['wasi:sockets']],
  // stdin, stdout and stderr are files here: the console's group is enough for them.
  [/^fd_(read|write|close|seek|fdstat_get)$/, ['wasi:cli', 'wasi:filesystem']],
  [/^(fd|path)_/, ['wasi:filesystem']],
];

/** The names that would grant it; empty for a name that preview 1 does not have. */
export function preview1Group(functionName: string): readonly string[] {
  return GROUPS.find(([pattern]) => pattern.test(functionName))?.[1] ?? [];
}

/** Parameters of each function: `i` is an i32, `l` an i64. All answer an i32 but `proc_exit`, which does not answer. */
const PARAMETERS: { readonly [functionName: string]: string } = {
  args_get: 'ii',
  args_sizes_get: 'ii',
  environ_get: 'ii',
  environ_sizes_get: 'ii',
  clock_res_get: 'ii',
  clock_time_get: 'ili',
  fd_advise: 'illi',
  fd_allocate: 'ill',
  fd_close: 'i',
  fd_datasync: 'i',
  fd_fdstat_get: 'ii',
  fd_fdstat_set_flags: 'ii',
  fd_fdstat_set_rights: 'ill',
  fd_filestat_get: 'ii',
  fd_filestat_set_size: 'il',
  fd_filestat_set_times: 'illi',
  fd_pread: 'iiili',
  fd_prestat_get: 'ii',
  fd_prestat_dir_name: 'iii',
  fd_pwrite: 'iiili',
  fd_read: 'iiii',
  fd_readdir: 'iiili',
  fd_renumber: 'ii',
  fd_seek: 'ilii',
  fd_sync: 'i',
  fd_tell: 'ii',
  fd_write: 'iiii',
  path_create_directory: 'iii',
  path_filestat_get: 'iiiii',
  path_filestat_set_times: 'iiiilli',
  path_link: 'iiiiiii',
  path_open: 'iiiiillii',
  path_readlink: 'iiiiii',
  path_remove_directory: 'iii',
  path_rename: 'iiiiii',
  path_symlink: 'iiiii',
  path_unlink_file: 'iii',
  poll_oneoff: 'iiii',
  proc_exit: 'i',
  proc_raise: 'i',
  random_get: 'ii',
  sched_yield: '',
  sock_accept: 'iii',
  sock_recv: 'iiiiii',
  sock_send: 'iiiii',
  sock_shutdown: 'ii',
};

function signatureOf(functionName: string): string | null {
  if (!Object.hasOwn(PARAMETERS, functionName)) return null;
  const params = [...(PARAMETERS[functionName] as string)].map((letter) => (letter === 'i' ? 'i32' : 'i64'));
  return `(${params.join(', ')}) -> (${functionName === 'proc_exit' ? '' : 'i32'})`;
}

/** The first function of preview 1 that a core module imports by another type than it has: it was compiled for something else. */
export function preview1Mismatch({ program, imports }: ComponentPlan): ImportMismatch | null {
  for (const { item } of (program as Program).coreInstances.flatMap((each) =>
    each.imports.flatMap(({ items }) => items),
  )) {
    if (item.kind !== 'host' || imports[item.import]?.name !== 'wasi_snapshot_preview1') continue;
    const expected = signatureOf(item.name);
    const got = `(${item.type.params.join(', ')}) -> (${item.type.results.join(', ')})`;
    if (expected !== null && expected !== got) return { name: item.name, expected, got };
  }
  return null;
}

export interface ImportMismatch {
  readonly name: string;
  readonly expected: string;
  readonly got: string;
}
