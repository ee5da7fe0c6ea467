/** Which group of `imports:` grants each function of `wasi_snapshot_preview1`. */

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
