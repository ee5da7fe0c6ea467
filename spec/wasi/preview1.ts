/** A guest that hands on every function of preview 1, over a real world with real folders and a clock of the spec's own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { coreMember } from '../../src/component/host-imports.js';
import type { GuestMemory, PlanImport } from '../../src/component/types.js';
import { openVolume } from '../../src/files/volume.js';
import { preview1 } from '../../src/wasi/preview1/preview1.js';
import type { World, WorldCall } from '../../src/wasi/types.js';
import { createWorld } from '../../src/wasi/world.js';
import { guestBytes } from '../host/guests.js';

const ERRNO = {
  ok: 0,
  acces: 2,
  badf: 8,
  exist: 20,
  fault: 21,
  ilseq: 25,
  inval: 28,
  isdir: 31,
  loop: 32,
  nametoolong: 37,
  nomem: 48,
  noent: 44,
  notdir: 54,
  notempty: 55,
  notsock: 57,
  notsup: 58,
  perm: 63,
  rofs: 69,
  spipe: 70,
  xdev: 75,
  notcapable: 76,
};

const NAMES = new Map(Object.entries(ERRNO).map(([name, number]) => [number, name]));

export type Arg = number | bigint;

/** What stands in memory, for specs: paths and data go to the first page, answers to {@link OUT}. */
export const OUT = 60_000;
export const MEMORY_BYTES = 2 * 65_536;

export interface Mount {
  readonly guest: string;
  readonly readOnly?: boolean;
}

export interface Rig {
  readonly world: World;
  /** Where each mount is on the machine. */
  readonly folders: readonly string[];
  readonly out: { stdout: string; stderr: string };
  /** What every sleep was until, in ms. */
  readonly sleeps: number[];
  nowMs: number;
  /** An error's name, or its number where the specs have none. */
  call(name: string, ...args: readonly Arg[]): string;
  view(): DataView;
  /** Puts a text at `at` (default: 1000), and answers pointer and length. */
  text(text: string, at?: number): [number, number];
  read(at: number, byteLength: number): string;
  /** One iovec at 500 for each. @returns pointer and count */
  iovecs(...pieces: readonly (readonly [pointer: number, byteLength: number])[]): [number, number];
  open(
    fd: number,
    path: string,
    options?: { oflags?: number; rights?: bigint; fdflags?: number; follow?: boolean },
  ): number;
  write(fd: number, text: string): string;
  readAll(fd: number, byteLength?: number): string;
  u32(at: number): number;
  u64(at: number): bigint;
}

interface RigOptions {
  readonly mounts?: readonly Mount[];
  readonly args?: readonly string[];
  readonly env?: readonly (readonly [string, string])[];
  readonly input?: readonly string[];
  readonly terminals?: readonly [boolean, boolean, boolean];
}

const ALL = (1n << 30n) - 1n;

const ENTRY: PlanImport = {
  name: 'wasi_snapshot_preview1',
  kind: 'core',
  interface: null,
  function: null,
  coreFunctions: [],
};

const CALL: WorldCall = {
  deadlineMs: Number.POSITIVE_INFINITY,
  isCancelled: () => false,
  callFunction: () => null,
  maySuspend: () => false,
};

/** Runs `use` with a guest of its own; its folders go afterwards. */
export function withRig(options: RigOptions, use: (rig: Rig) => void): void {
  const base = mkdtempSync(join(tmpdir(), 'preview1-'));
  const mounts = options.mounts ?? [{ guest: '/data' }];
  const folders = mounts.map((_, index) => join(base, `mount${index}`));
  for (const folder of folders) mkdirSync(folder);
  const rig = makeRig(options, mounts, folders);
  try {
    use(rig);
  } finally {
    rig.world.close();
    rmSync(base, { recursive: true });
  }
}

function makeRig(options: RigOptions, mounts: readonly Mount[], folders: readonly string[]): Rig {
  const out = { stdout: '', stderr: '' };
  const sleeps: number[] = [];
  const input = [...(options.input ?? [])];
  const { args = [], env = [], terminals = [false, false, false] } = options;
  const specs = mounts.map(({ guest, readOnly = false }, index) => {
    return { guest, volume: { id: `t:v${index}`, path: folders[index]!, autoInit: false, mode: 0o755, readOnly } };
  });
  const world = createWorld(
    't:guest',
    { args, cwd: null, env, mounts: specs, allowedHosts: [] },
    {
      services: {
        io: { open: () => Promise.reject(new Error('nobody is asked')) as never },
        monotonicMs: () => rig.nowMs,
        standUntil(untilMs) {
          sleeps.push(untilMs);
          rig.nowMs = Math.max(rig.nowMs, untilMs);
        },
      },
      after: () => () => {},
      wallNs: () => 1_000_000_000n + BigInt(Math.floor(rig.nowMs * 1e6)),
      randomBytes: (count) => new Uint8Array(count).fill(0xa5),
      openVolume: (spec) => openVolume(spec),
      stdio: () => ({
        output: {
          write(stream, bytes) {
            out[stream] += new TextDecoder().decode(bytes);
          },
          endCall() {},
        },
        input: () => {
          const next = input.shift();
          return next === undefined ? null : new TextEncoder().encode(next);
        },
        terminals,
      }),
    },
  );
  world.begin(CALL);
  const guest: GuestMemory = { memory: () => memory };
  const made = preview1(world, guest, ENTRY, () => true);
  const module = new WebAssembly.Module(guestBytes('core/preview1') as Uint8Array<ArrayBuffer>);
  // As the engine calls them: by name, on what holds them.
  const imports = Object.fromEntries(
    WebAssembly.Module.imports(module).map(({ name }) => [
      name,
      (...args: Arg[]) => coreMember(made, name)!.apply(made, args),
    ]),
  );
  const { exports } = new WebAssembly.Instance(module, { wasi_snapshot_preview1: imports });
  const memory = exports.memory as WebAssembly.Memory;
  const rig: Rig = { world, folders, out, sleeps, nowMs: 0, ...access(exports, memory) };
  return rig;
}

function access(exports: WebAssembly.Instance['exports'], memory: WebAssembly.Memory) {
  const view = () => new DataView(memory.buffer);
  const bytes = (at: number, byteLength: number) => new Uint8Array(memory.buffer, at, byteLength);
  const call = (name: string, ...args: readonly Arg[]): string => {
    const errno = (exports[name] as (...args: readonly Arg[]) => number)(...args);
    return NAMES.get(errno) ?? String(errno);
  };
  const text = (value: string, at = 1000): [number, number] => {
    const encoded = new TextEncoder().encode(value);
    bytes(at, encoded.length).set(encoded);
    return [at, encoded.length];
  };
  const read = (at: number, byteLength: number) => new TextDecoder().decode(bytes(at, byteLength));
  const iovecs = (...pieces: readonly (readonly [number, number])[]): [number, number] => {
    for (const [index, [pointer, byteLength]] of pieces.entries()) {
      view().setUint32(500 + index * 8, pointer, true);
      view().setUint32(504 + index * 8, byteLength, true);
    }
    return [500, pieces.length];
  };
  return {
    call,
    view,
    text,
    read,
    iovecs,
    open(
      fd: number,
      path: string,
      options: { oflags?: number; rights?: bigint; fdflags?: number; follow?: boolean } = {},
    ) {
      const { oflags = 0, rights = ALL, fdflags = 0, follow = true } = options;
      const errno = call('path_open', fd, follow ? 1 : 0, ...text(path), oflags, rights, ALL, fdflags, OUT);
      if (errno !== 'ok') throw new Error(`path_open ${path}: ${errno}`);
      return view().getUint32(OUT, true);
    },
    write: (fd: number, value: string) => call('fd_write', fd, ...iovecs(text(value, 2000)), OUT),
    readAll(fd: number, byteLength = 4096) {
      const errno = call('fd_read', fd, ...iovecs([8000, byteLength]), OUT);
      return errno === 'ok' ? read(8000, view().getUint32(OUT, true)) : `error: ${errno}`;
    },
    u32: (at: number) => view().getUint32(at, true),
    u64: (at: number) => view().getBigUint64(at, true),
  };
}
