/** The process's own standard streams for a guest that is a command: bytes as they come, from any thread. */
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';

const DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const;
const CHUNK_BYTES = 64 * 1024;
/** A pipe whose reader is slow takes nothing for a moment. */
const RETRY_MS = 1;

/** @throws Error of Node, for a stream that nobody reads any more (`EPIPE`) */
export function writeOwn(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) {
    written += whenReady(() => writeSync(DESCRIPTORS[stream], bytes, written));
  }
}

interface OwnInput {
  /** @returns the next bytes; none where there are none yet; null at the end */
  read(): Uint8Array | null;
  close(): void;
}

/**
 * Makes reads of an input that is a socket answer at once, as those of pipes do: a socket cannot be opened anew, but Node's own stream
 * over it sets it so. For the process's main thread, whose stream that is; nothing is read by this.
 */
export function prepareInput(): void {
  if (fstatSync(DESCRIPTORS.stdin).isSocket()) void process.stdin;
}

/** This process's input, as a guest's call reads it. */
export function ownInput(): OwnInput {
  let fd: number | null = null;
  const close = () => {
    if (fd !== null && fd !== DESCRIPTORS.stdin) closeSync(fd);
    fd = null;
  };
  return {
    read() {
      fd ??= openInput();
      return readNow(fd);
    },
    close,
  };
}

/**
 * Nothing ends a read of the system's that waits, so terminals and pipes are opened anew, where that is possible, and read without
 * waiting. What others have open stays as it is.
 */
function openInput(): number {
  const { stdin } = DESCRIPTORS;
  const stat = fstatSync(stdin);
  if (process.platform !== 'linux' || !(stat.isFIFO() || stat.isCharacterDevice())) return stdin;
  try {
    return openSync(`/proc/self/fd/${stdin}`, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return stdin; // another user's
  }
}

const NOTHING = new Uint8Array(0);

function readNow(fd: number): Uint8Array | null {
  const buffer = new Uint8Array(CHUNK_BYTES);
  try {
    const length = readSync(fd, buffer);
    return length === 0 ? null : buffer.subarray(0, length);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN') return NOTHING;
    if (code === 'EOF') return null; // how Windows tells the end of a pipe
    throw error;
  }
}

/** Whether [stdin, stdout, stderr] are a terminal. */
export function ownTerminals(): readonly [boolean, boolean, boolean] {
  // Loaded here, since it brings Node's sockets along.
  const { isatty } = process.getBuiltinModule('node:tty');
  return [isatty(DESCRIPTORS.stdin), isatty(DESCRIPTORS.stdout), isatty(DESCRIPTORS.stderr)];
}

function whenReady<T>(run: () => T): T {
  for (;;) {
    try {
      return run();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }
}
