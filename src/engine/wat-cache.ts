/**
 * Compiled WAT texts, kept between runs: loading wabt costs more than all else of a start. A folder of files, each named by
 * the hash of its text and headed by the hash of its bytes; what does not fit its hash is as if it were not there.
 */
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface WatCache {
  /** The bytes that `text` was compiled to, or null. */
  get(text: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Keeps them. A cache that cannot be written is no error. */
  put(text: string, bytes: Uint8Array): Promise<void>;
}

/** Goes into every key: a change of how text is compiled makes old files unknown. */
const GENERATION = 'moonwit-wat-2 wabt-1.0.39';
const HASH_BYTES = 32;
/** More files than this, and the older half goes. */
const MAX_FILES = 1000;

/** Where caches belong on this system: `$XDG_CACHE_HOME/moonwit` and its like. */
export function defaultCacheFolder(env: { readonly [name: string]: string | undefined }, platform: string): string {
  if (env.XDG_CACHE_HOME?.startsWith('/') === true) return join(env.XDG_CACHE_HOME, 'moonwit');
  if (platform === 'win32' && env.LOCALAPPDATA !== undefined) return join(env.LOCALAPPDATA, 'moonwit', 'cache');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'moonwit');
  return join(homedir(), '.cache', 'moonwit');
}

/** @param folder is made when something is kept */
export function watCache(folder: string): WatCache {
  const fileOf = (text: string) => join(folder, `${sha256(`${GENERATION}\n${text}`).toString('hex')}.wat.wasm`);
  return {
    async get(text) {
      try {
        const file = await readFile(fileOf(text));
        const bytes = new Uint8Array(file.subarray(HASH_BYTES));
        return sha256(bytes).equals(file.subarray(0, HASH_BYTES)) ? bytes : null;
      } catch {
        return null;
      }
    },
    async put(text, bytes) {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await prune(folder);
        const file = fileOf(text);
        // Written beside and renamed, so that no reader sees half a file.
        const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
        await writeFile(draft, Buffer.concat([sha256(bytes), bytes]), { mode: 0o600 });
        await rename(draft, file);
      } catch {
        // a read-only or full disk: the text is compiled again next time
      }
    },
  };
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest();
}

async function prune(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length < MAX_FILES) return;
  const aged = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  aged.sort((a, b) => a.at - b.at);
  for (const { name } of aged.slice(0, MAX_FILES / 2)) await rm(join(folder, name), { force: true });
}
