/** What a registry may cost at most. Far above any real registry, low enough that a hostile one ends in seconds. */

/** Of one YAML or JSON file. */
export const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;
/** Of all YAML and JSON files together. */
export const MAX_TOTAL_BYTES = 16 * 1024 * 1024;
/** Of the text behind one `file://`. */
export const MAX_TEXT_BYTES = 8 * 1024 * 1024;
/** Of one wasm binary. */
export const MAX_BINARY_BYTES = 256 * 1024 * 1024;
/** Files and folders looked at while searching the registry folder. */
export const MAX_LISTED = 50_000;
/** Folders inside folders, and values inside values. */
export const MAX_DEPTH = 64;
/** Lexical tokens of one YAML file. */
export const MAX_TOKENS = 1_000_000;
/** Values of one document with its aliases written out. */
export const MAX_NODES = 500_000;
export const MAX_PROBLEMS = 1000;
/** Names searched for "did you mean" in one load: each search looks at every candidate. */
export const MAX_SUGGESTIONS = 300;
export const MAX_ID_LENGTH = 256;
