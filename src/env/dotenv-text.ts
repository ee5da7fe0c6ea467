/**
 * Sets one value in a text of the dotenv format and leaves everything else as its author wrote it. The format has several
 * ways to write a value and no way for some, so each attempt is read back and the first that says exactly the right thing wins.
 */

export type ParseDotenv = (text: string) => Record<string, string>;

/** @returns the new text, or null for a value that the format cannot hold, or a key that it cannot name */
export function setInText(text: string, key: string, value: string, parse: ParseDotenv): string | null {
  if (!/^[\w.-]+$/.test(key)) return null;
  const wanted = JSON.stringify(sorted({ ...parse(text), [key]: value }));
  const isRight = (candidate: string): boolean => JSON.stringify(sorted(parse(candidate))) === wanted;
  for (const written of notations(value)) {
    const replaced = replaceLast(text, key, written);
    if (replaced !== null && isRight(replaced)) return replaced;
    const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
    const before = text === '' || text.endsWith('\n') ? text : text + lineEnd;
    // Of two values of one key the later counts.
    const appended = `${before}${key}=${written}${lineEnd}`;
    if (isRight(appended)) return appended;
  }
  return null;
}

function sorted(values: Record<string, string>): [string, string][] {
  return Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Ways to write a value, the plainest first. */
function notations(value: string): string[] {
  const escaped = value.replaceAll('\r', '\\r').replaceAll('\n', '\\n');
  const free = ['"', "'", '`'].filter((quote) => !value.includes(quote));
  const quoted = [...free.map((quote) => quote + value + quote), `"${escaped}"`];
  return /^[\w@%+=:,./-]+$/.test(value) ? [value, ...quoted] : [...quoted, value];
}

/** Replaces the value behind the last `key=` that begins a line; null where there is none. */
function replaceLast(text: string, key: string, written: string): string | null {
  const name = key.replaceAll('.', '\\.').replaceAll('-', '\\-');
  const line = new RegExp(`^[ \\t]*(?:export[ \\t]+)?${name}[ \\t]*[=:][ \\t]*`, 'gm');
  let start = -1;
  for (const match of text.matchAll(line)) start = match.index + match[0].length;
  if (start === -1) return null;
  return text.slice(0, start) + written + text.slice(endOfValue(text, start));
}

function endOfValue(text: string, start: number): number {
  const quote = text[start] ?? '';
  if ('"\'`'.includes(quote) && quote !== '') {
    let end = start + 1;
    while (end < text.length && text[end] !== quote) end += text[end] === '\\' ? 2 : 1;
    if (end < text.length) return end + 1;
  }
  const rest = /^[^#\r\n]*/.exec(text.slice(start))![0];
  return start + rest.trimEnd().length;
}
