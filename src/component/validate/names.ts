/** The grammar of labels, import and export names: Explainer.md, "Import and Export Definitions". */

/** A name by its production. */
export type ParsedName =
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'constructor'; readonly resource: string }
  | { readonly kind: 'method' | 'static'; readonly resource: string; readonly label: string }
  | { readonly kind: 'interface'; readonly version: string | null }
  | { readonly kind: 'dependency' };

const LABEL = /^(?:[a-z][0-9a-z]*|[A-Z][0-9A-Z]*)(?:-(?:[0-9a-z]+|[0-9A-Z]+))*$/;
const WORDS = /^[a-z][0-9a-z]*(?:-[0-9a-z]+)*$/;
const CANONICAL_VERSION = /^(?:[1-9][0-9]*|0\.[1-9][0-9]*|0\.0\.(?:0|[1-9][0-9]*))$/;
const SEMVER =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][0-9A-Za-z-]*))*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;

/** True for a `label`: words or acronyms joined by `-`. */
export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

/** True for a `valid semver`. */
export function isSemver(text: string): boolean {
  return SEMVER.test(text);
}

/** True for a `canonversion`. */
export function isCanonicalVersion(text: string): boolean {
  return CANONICAL_VERSION.test(text);
}

/** Import names of earlier drafts, which composition tools still write: a package, a URL or a hash to find it by. */
const PACKAGE = '[a-z][0-9a-z]*(?:-[0-9a-z]+)*:[a-z][0-9a-z]*(?:-[0-9a-z]+)*';
const HASH = 'sha(?:256|384|512)-[0-9A-Za-z+/]+={0,2}(?:\\?[^<>\\s]*)?';
const INTEGRITY = `integrity=<\\s*${HASH}(?:\\s+${HASH})*\\s*>`;
const DEPENDENCY = new RegExp(
  `^(?:unlocked-dep=<${PACKAGE}(?:@\\*|@\\{(?:>=|<)[^{}]+\\})?>|locked-dep=<(${PACKAGE}(?:@[^<>@]+)?)>(?:,${INTEGRITY})?|url=<[^<>]*>(?:,${INTEGRITY})?|${INTEGRITY})$`,
);

/** `externname`; a string that says what is wrong when it is none. */
export function parseExternName(name: string): ParsedName | string {
  if (name.startsWith('[')) return parseAnnotated(name);
  const dependency = name.includes('=<') ? DEPENDENCY.exec(name) : null;
  if (dependency !== null) {
    const version = dependency[1]?.split('@')[1];
    const valid = version === undefined || isSemver(version);
    return valid
      ? { kind: 'dependency' }
      : `\`${name}\` has the version \`${version}\`, which is not a semantic version`;
  }
  if (name.includes(':')) return parseInterfaceName(name);
  return isLabel(name) ? { kind: 'label', label: name } : notKebab(name, name);
}

function notKebab(part: string, name: string): string {
  const where = part === name ? '' : ` in \`${name}\``;
  return `\`${part}\`${where} is not in kebab case (words or ACRONYMS joined by \`-\`, starting with a letter)`;
}

function parseAnnotated(name: string): ParsedName | string {
  const close = name.indexOf(']');
  const annotation = name.slice(1, close);
  const rest = name.slice(close + 1);
  if (annotation === 'constructor') {
    return isLabel(rest) ? { kind: 'constructor', resource: rest } : notKebab(rest, name);
  }
  if (annotation !== 'method' && annotation !== 'static') {
    return `\`${name}\` has an unknown annotation: expected [constructor], [method] or [static]`;
  }
  const dot = rest.indexOf('.');
  if (dot < 0) return `\`${name}\` has no \`.\` between its resource and its label`;
  const resource = rest.slice(0, dot);
  const label = rest.slice(dot + 1);
  if (!isLabel(resource)) return notKebab(resource, name);
  return isLabel(label) ? { kind: annotation, resource, label } : notKebab(label, name);
}

/** `interfacename`; nested namespaces and projections are gated and refused. */
export function parseInterfaceName(name: string): ParsedName | string {
  const at = name.indexOf('@');
  const version = at < 0 ? null : name.slice(at + 1);
  const body = at < 0 ? name : name.slice(0, at);
  const colon = body.indexOf(':');
  if (colon < 0) return `\`${name}\` is not an interface name: expected namespace:package/interface`;
  const namespace = body.slice(0, colon);
  const rest = body.slice(colon + 1);
  if (rest.includes(':'))
    return `\`${name}\` has nested namespaces, which are not supported: expected \`/\` after the package name`;
  const slash = rest.indexOf('/');
  if (slash < 0) return `\`${name}\` has no \`/\` after the package name; \`\` is not in kebab case`;
  const words = rest.slice(0, slash);
  const projection = rest.slice(slash + 1);
  if (!WORDS.test(namespace)) return notWords(namespace, name);
  if (!WORDS.test(words)) return notWords(words, name);
  if (projection.includes('/'))
    return `\`${name}\` has nested projections, which are not supported: trailing \`/${projection.split('/')[1]}\``;
  if (!isLabel(projection)) return notKebab(projection, name);
  if (version !== null && !isSemver(version) && !isCanonicalVersion(version)) {
    return `\`${name}\` has the version \`${version}\`, which is not a semantic version (major.minor.patch)`;
  }
  return { kind: 'interface', version };
}

function notWords(part: string, name: string): string {
  return `\`${part}\` in \`${name}\` is not in lower kebab case, so this is not a valid extern name`;
}

/** What must differ between two names of one scope to be strongly-unique: "Name Uniqueness" of Explainer.md. */
export function uniquenessKey(name: string, parsed: ParsedName): string {
  switch (parsed.kind) {
    case 'label':
      return name.toLowerCase();
    case 'constructor':
      return name.toLowerCase();
    case 'dependency':
      return name;
    case 'method':
    case 'static': {
      const resource = parsed.resource.toLowerCase();
      const label = parsed.label.toLowerCase();
      return resource === label ? label : `${resource}.${label}`;
    }
    case 'interface': {
      const at = name.indexOf('@');
      return at < 0 ? name.toLowerCase() : name.slice(0, at).toLowerCase() + name.slice(at);
    }
  }
}
