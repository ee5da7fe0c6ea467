/** How WIT names are spelt: labels, keywords, versions, IDs. Rules: Explainer.md "Import and Export Definitions", WIT.md. */

const KEYWORDS: ReadonlySet<string> = new Set(
  `as async bool borrow char constructor enum export f32 f64 flags from func future import include interface list map
  option own package record resource result s16 s32 s64 s8 static stream string tuple type u16 u32 u64 u8 use variant
  with world`.split(/\s+/),
);

export const PRIMITIVES = [
  'bool',
  's8',
  'u8',
  's16',
  'u16',
  's32',
  'u32',
  's64',
  'u64',
  'f32',
  'f64',
  'char',
  'string',
] as const;

export function isKeyword(name: string): boolean {
  return KEYWORDS.has(name);
}

/** A name as it stands in WIT text: keywords get a `%`. */
export function escapeName(name: string): string {
  return KEYWORDS.has(name) ? `%${name}` : name;
}

/** What makes two names one: names that differ only in case are refused in one scope. */
export function canonicalName(name: string): string {
  return name.toLowerCase();
}

// A fragment of digits only is its own alternative: were it a word or an acronym, a long name would be tried both ways.
const LABEL = /^(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9]*[a-z][0-9a-z]*|[0-9]*[A-Z][0-9A-Z]*|[0-9]+))*$/;
const WORDS = /^[a-z][0-9a-z]*(?:-[0-9a-z]+)*$/;

/** Rule: `label` (Explainer.md). */
export function isLabel(name: string): boolean {
  return LABEL.test(name);
}

/** Rule: `words` (Explainer.md): what namespaces and packages are called. */
export function isWords(name: string): boolean {
  return WORDS.test(name);
}

/** What is wrong with a name that is no label, and the nearest that is one (or null). */
export function explainLabel(name: string): { readonly reason: string; readonly suggestion: string | null } {
  const kebab = name
    .replace(/[_-]+/g, '-')
    .replace(/^-|-$/g, '')
    .split('-')
    .map((word) => (/[a-z]/.test(word) ? word.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase() : word))
    .join('-');
  const suggestion = isLabel(kebab) ? kebab : null;
  if (name.includes('_')) return { reason: 'words are joined by "-", not "_"', suggestion };
  if (/^-|-$|--/.test(name)) return { reason: 'a single "-" stands between two words', suggestion };
  if (/^[0-9]/.test(name)) return { reason: 'a name begins with a letter', suggestion };
  return { reason: 'each word between "-" is all lower case or all upper case', suggestion };
}

const NUMBER = '(?:0|[1-9][0-9]*)';
const PRERELEASE = `(?:[0-9]*[A-Za-z-][0-9A-Za-z-]*|${NUMBER})`;
/** Sticky: finds a version (Semantic Versioning 2.0) where it starts and stops before a `.` that does not belong to it. */
export function versionAt(text: string, offset: number): string | null {
  const pattern = new RegExp(
    `${NUMBER}\\.${NUMBER}\\.${NUMBER}(?:-${PRERELEASE}(?:\\.${PRERELEASE})*)?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?`,
    'y',
  );
  pattern.lastIndex = offset;
  const match = pattern.exec(text);
  if (match === null || /[0-9A-Za-z+-]/.test(text[pattern.lastIndex] ?? '')) return null;
  return match[0];
}

/** An interface's or world's ID in its parts: `ns:pkg/name@1.2.3`, or a bare `name`. */
interface IdParts {
  /** `ns:pkg`, or null. */
  readonly package: string | null;
  readonly name: string;
  readonly version: string | null;
}

/** Takes an ID apart; does not check the spelling of the parts. */
export function splitId(id: string): IdParts {
  const slash = id.indexOf('/');
  if (slash < 0) return { package: null, name: id, version: null };
  const at = id.indexOf('@', slash);
  const name = id.slice(slash + 1, at < 0 ? id.length : at);
  return { package: id.slice(0, slash), name, version: at < 0 ? null : id.slice(at + 1) };
}

/** `ns:pkg@1.2.3` of an ID, or null for a bare one. */
export function packageOfId(id: string): string | null {
  const parts = splitId(id);
  if (parts.package === null) return null;
  return parts.version === null ? parts.package : `${parts.package}@${parts.version}`;
}

/** @param packageName `ns:pkg@1.2.3` or null */
export function makeId(packageName: string | null, name: string): string {
  if (packageName === null) return name;
  const at = packageName.indexOf('@');
  return at < 0 ? `${packageName}/${name}` : `${packageName.slice(0, at)}/${name}${packageName.slice(at)}`;
}
