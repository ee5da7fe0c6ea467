/** Names and values in turn, as Node has the lines of headers. */

/** The same as pairs. */
export function pairsOf(lines: readonly string[]): [name: string, value: string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index + 1 < lines.length; index += 2) pairs.push([lines[index]!, lines[index + 1]!]);
  return pairs;
}
