/** The process's own standard streams for a guest that is a command: bytes as they come, synchronously, from any thread. */
import { readSync, writeSync } from 'node:fs';

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

/** @returns the next bytes of the input, once there are any; null at its end */
export function readOwn(): Uint8Array | null {
  const buffer = new Uint8Array(CHUNK_BYTES);
  let length = 0;
  try {
    length = whenReady(() => readSync(DESCRIPTORS.stdin, buffer));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EOF') throw error; // how Windows tells the end of a pipe
  }
  return length === 0 ? null : buffer.subarray(0, length);
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
