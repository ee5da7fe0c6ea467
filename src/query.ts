/** Query strings, and forms that are written like them. */

/** A query's parameters, in order: `+` is a space, malformed escapes stay as they are. At most `max`. */
export function readQuery(query: string, max = 1000): readonly (readonly [name: string, value: string])[] {
  if (query === '') return [];
  const pairs: [string, string][] = [];
  for (const piece of query.split('&', max)) {
    if (piece === '') continue;
    const equals = piece.indexOf('=');
    const name = equals < 0 ? piece : piece.slice(0, equals);
    pairs.push([decodeQueryText(name), equals < 0 ? '' : decodeQueryText(piece.slice(equals + 1))]);
  }
  return pairs;
}

function decodeQueryText(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return new URLSearchParams(`x=${text}`).get('x') ?? text;
  }
}
