/** `wasi:cli`: arguments, environment, standard streams and exit, each as the entry of the guest says. */
import { ExitStatus } from '../component/guest-end.js';
import type { HostImportInterface } from '../component/types.js';
import { Input } from './input.js';
import { ALWAYS_READY } from './poll.js';
import { type ByteSink, type ByteSource, InputStream, OutputStream } from './streams.js';
import type { World } from './types.js';

export function environment({ spec }: World): HostImportInterface {
  return {
    getEnvironment: () => spec.env.map(([name, value]) => [name, value]),
    getArguments: () => [...spec.args],
    initialCwd: () => spec.cwd ?? undefined,
  };
}

/** What `exit` with an error has as its code. */
const FAILED = 1;

export function exit(): HostImportInterface {
  const leave = (code: number): never => {
    throw new ExitStatus(code);
  };
  return {
    exit: (status: { readonly ok?: unknown; readonly err?: unknown }) => leave('err' in status ? FAILED : 0),
    exitWithCode: (code: number) => leave(code),
  };
}

/** Takes so much in one write: lines are bounded further on, in the log. */
const MAX_WRITE_BYTES = 2 ** 20;

function outputTo(write: (bytes: Uint8Array) => void): ByteSink {
  return {
    readiness: ALWAYS_READY,
    capacity: () => MAX_WRITE_BYTES,
    write,
    writeBlocking: write,
    flush() {},
    flushBlocking() {},
    close() {},
  };
}

export function stdin(world: World): HostImportInterface {
  const input = new Input(world);
  const { readiness } = input;
  const source: ByteSource = { readiness, read: (length) => input.take(length), close() {} };
  return { getStdin: () => new InputStream(world, source) };
}

export function stdout(world: World): HostImportInterface {
  return {
    getStdout: () =>
      new OutputStream(
        world,
        outputTo((bytes) => world.stdout(bytes)),
      ),
  };
}

export function stderr(world: World): HostImportInterface {
  return {
    getStderr: () =>
      new OutputStream(
        world,
        outputTo((bytes) => world.stderr(bytes)),
      ),
  };
}

/** Resources without a method: having one says that the stream is a terminal. */
class TerminalInput {}
class TerminalOutput {}

export function terminalInput(): HostImportInterface {
  return { TerminalInput };
}

export function terminalOutput(): HostImportInterface {
  return { TerminalOutput };
}

export function terminalStdin({ terminals }: World): HostImportInterface {
  return { getTerminalStdin: () => (terminals[0] ? new TerminalInput() : undefined) };
}

export function terminalStdout({ terminals }: World): HostImportInterface {
  return { getTerminalStdout: () => (terminals[1] ? new TerminalOutput() : undefined) };
}

export function terminalStderr({ terminals }: World): HostImportInterface {
  return { getTerminalStderr: () => (terminals[2] ? new TerminalOutput() : undefined) };
}
