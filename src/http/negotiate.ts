/** What a client says that it takes. */

/** The first of `offered` that `Accept-Encoding` likes best; null: as it is. */
export function acceptedEncoding(header: string | string[] | undefined, offered: readonly string[]): string | null {
  if (header === undefined) return null;
  const weights = weightsOf(String(header));
  let best: string | null = null;
  let bestWeight = 0;
  for (const each of offered) {
    const weight = weights.get(each) ?? weights.get('*') ?? 0;
    if (weight > bestWeight) {
      best = each;
      bestWeight = weight;
    }
  }
  return best !== null && bestWeight >= (weights.get('identity') ?? 0) ? best : null;
}

/** Names in lower case with their `q`; 1 where there is none. */
export function weightsOf(header: string): Map<string, number> {
  const weights = new Map<string, number>();
  for (const part of header.split(',', 100)) {
    const [name = '', ...parameters] = part.split(';');
    if (name.trim() === '') continue;
    const q = parameters.map((each) => /^\s*q=([\d.]+)\s*$/i.exec(each)?.[1]).find((each) => each !== undefined);
    const weight = q === undefined ? 1 : Number(q);
    weights.set(nameOf(name), Number.isFinite(weight) ? Math.min(1, weight) : 0);
  }
  return weights;
}

/** `x-gzip` is `gzip` (RFC 9110, 8.4.1.3). */
function nameOf(text: string): string {
  const name = text.trim().toLowerCase();
  return name === 'x-gzip' ? 'gzip' : name;
}
