/** What the registry gives to others: entries, problems, and the files it asks for. */
import type { FieldProblem, MetaMap, ProblemFacts } from './facts.js';
import type { CallOptionFields } from './kinds/options.js';
import type { FieldsOf, Kind } from './kinds/table.js';
import type { FieldPath } from './nodes.js';

export type { FieldProblem, MetaMap, MetaValue, ProblemFacts } from './facts.js';

export interface Place {
  /** As it was named to {@link LoadOptions}: the root joined with the path below it; `sources[0]` for an object. */
  readonly file: string;
  /** From 1; 0 for entries given as objects. */
  readonly line: number;
  /** From 1, in UTF-16 units; 0 for entries given as objects. */
  readonly column: number;
}

/** One checked entry. Deeply frozen. References in `fields` are full IDs. */
export interface EntryOf<K extends Kind> {
  /** `namespace:name` */
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly kind: K;
  /** The document's meta with the entry's own laid over it, key by key. */
  readonly meta: MetaMap;
  /** `meta.options`: what calls of this entry default to. */
  readonly options: CallOptionFields;
  readonly fields: FieldsOf<K>;
  readonly place: Place;
}

/** Discriminated by `kind`. */
export type Entry = { [K in Kind]: EntryOf<K> }[Kind];

/** Kinds that can be called. */
export const FUNCTION_KINDS = ['function.wat', 'function.wasm', 'function.lua'] as const;
type FunctionKind = (typeof FUNCTION_KINDS)[number];
export type FunctionEntry = { [K in FunctionKind]: EntryOf<K> }[FunctionKind];
/** Entries that hold code: what {@link LoadOptions.check} sees. */
export type CodeEntry = FunctionEntry | EntryOf<'library.lua'>;

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly expected: string | null;
  readonly got: string | null;
  readonly suggestion: string | null;
  /** `namespace:name`, or null where the problem is not inside one. */
  readonly entry: string | null;
  /** Where in the document: `entries[2].pool.size`; empty for the whole. */
  readonly path: string;
  readonly file: string;
  /** From 1; 0 where there is no text (a folder, an object). */
  readonly line: number;
  readonly column: number;
  /** Exclusive, on the same line. */
  readonly endColumn: number;
}

export type ReadResult =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | {
      readonly ok: false;
      readonly reason: 'missing' | 'too-large' | 'not-a-file' | 'unreadable';
      readonly detail: string;
    };

export interface ListedFile {
  readonly name: string;
  readonly type: 'file' | 'folder' | 'link' | 'other';
}

/** The files a registry may look at. Paths are the platform's own; {@link nodeFiles} is Node's implementation. */
export interface FileSource {
  /** `relative` has `/` between its parts. An absolute `relative` stands for itself. */
  join(base: string, relative: string): string;
  /** What lies directly in a folder, or null where it cannot be listed. */
  list(folder: string): Promise<readonly ListedFile[] | null>;
  /** Reads a regular file of at most `maxBytes`; anything else is a reason, never a wait or an exception. */
  read(path: string, maxBytes: number): Promise<ReadResult>;
  /** The path with every link resolved and what it is, or null if there is nothing. */
  resolve(path: string): Promise<{ readonly path: string; readonly type: 'file' | 'folder' | 'other' } | null>;
  /** Both as {@link resolve} gave them. */
  isInside(path: string, folder: string): boolean;
  /** 64 lowercase hex digits. */
  sha256(bytes: Uint8Array): string | Promise<string>;
}

/** A registry document as an object: what a YAML file holds. */
export interface RegistryDocument {
  /** What stands before the colon in the IDs of its entries. */
  readonly namespace: string;
  /** Not interpreted. */
  readonly version?: string;
  /** Whatever you want to say of it; Moonwit reads `title`, `version` and `comment`. */
  readonly meta?: object;
  /** Each with `name`, `kind` and the fields of that kind. */
  readonly entries: readonly object[];
}

/** A document that is not found in a folder: a text with the name it is printed under, or an object. */
export type RegistrySource = { readonly file: string; readonly text: string } | { readonly document: RegistryDocument };

interface CommonOptions {
  readonly files: FileSource;
  /** What `base: project` is relative to; default: the registry folder, or `base` of sources. */
  readonly projectRoot?: string;
  /** What `${env:NAME}` in values of entries refers to; default: the process's environment. */
  readonly env?: { readonly [name: string]: string | undefined };
  /** IDs of functions that the host itself offers: endpoints may name them. */
  readonly hostFunctions?: readonly string[];
  /** Interfaces that the host itself offers to guests (`acme:shop/prices`): names that `imports` may hold; `*` stands for any. */
  readonly hostImports?: readonly string[];
  /**
   * Checks what only the engine can find (WAT, WIT, exports). Runs for every code entry that is sound so far, also when others
   * are not. `bytes` is the verified binary of a function.wasm, else null. A thrown HostError is a problem of the entry.
   */
  readonly check?: (entry: CodeEntry, bytes: Uint8Array | null) => Promise<readonly FieldProblem[]>;
}

export type LoadOptions = CommonOptions &
  (
    | { readonly root: string }
    | {
        readonly sources: readonly RegistrySource[];
        /** What `file://` and `directory` are relative to, and what `file://` may not leave; default `.`. */
        readonly base?: string;
      }
  );

export type LoadResult = { readonly ok: true; readonly registry: Registry } | LoadFailure;

export interface LoadFailure {
  readonly ok: false;
  /** Sorted by file and place; never empty. */
  readonly problems: readonly Problem[];
  /** Texts that problems point into, by {@link Problem.file}. */
  readonly sources: ReadonlyMap<string, string>;
}

/** An immutable map of checked entries. */
export interface Registry {
  /** In the order of files and of entries in them. */
  readonly entries: readonly Entry[];
  get(id: string): Entry | undefined;
  /** The entry of that ID and kind; undefined if either does not match. */
  getOf<K extends Kind>(kind: K, id: string): EntryOf<K> | undefined;
  ofKind<K extends Kind>(kind: K): readonly EntryOf<K>[];
  functions(): readonly FunctionEntry[];
  nearestId(id: string): string | null;
  /**
   * The verified bytes of a binary; one copy per file, kept until {@link forgetBinaries}.
   * @throws HostError NotFound (the file went away), Invalid (it no longer has its hash)
   */
  readBinary(entry: EntryOf<'function.wasm'>): Promise<Uint8Array>;
  /** Lets the bytes go; {@link readBinary} reads and verifies them again. */
  forgetBinaries(): void;
  /** A problem at a field of an entry of this registry, for what is found out later than loading. */
  problemAt(entry: Entry, path: FieldPath, facts: ProblemFacts): Problem;
  /**
   * The entry's fields as written, without `name`, `kind` and `meta`; a text behind `file://` stands in its place, and
   * `[redacted]` where a value of an environment or a key of a certificate was.
   */
  written(entry: Entry): MetaMap;
  /** Texts that problems point into, by file. */
  readonly sources: ReadonlyMap<string, string>;
}
