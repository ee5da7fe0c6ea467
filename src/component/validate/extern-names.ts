/** Rules for the names of imports and exports of one scope: strong uniqueness, annotations, attributes (notes of Binary.md). */
import type { ExternName } from '../ast.js';
import {
  isCanonicalVersion,
  isSemver,
  type ParsedName,
  parseExternName,
  parseInterfaceName,
  uniquenessKey,
} from './names.js';
import type { Entity, FuncType, ResourceType, ValueType } from './types.js';

export interface ExternNames {
  readonly direction: 'import' | 'export';
  /** By uniqueness key, the name as written. */
  readonly taken: Map<string, string>;
  /** Resource types that have a name in this scope, for annotated names. */
  readonly resources: Map<ResourceType, string>;
  readonly resourceNames: Set<string>;
}

export function makeExternNames(direction: 'import' | 'export'): ExternNames {
  return { direction, taken: new Map(), resources: new Map(), resourceNames: new Set() };
}

/**
 * Adds the name of an import or export whose type is known.
 * @returns what is wrong with it, or null
 */
export function addExternName(names: ExternNames, name: ExternName, entity: Entity): string | null {
  const parsed = parseExternName(name.name);
  if (typeof parsed === 'string') return parsed;
  if (parsed.kind === 'dependency' && names.direction === 'export')
    return `\`${name.name}\` is not a valid export name`;
  const key = uniquenessKey(name.name, parsed);
  const previous = names.taken.get(key);
  if (previous !== undefined) {
    return `${names.direction} name \`${name.name}\` conflicts with the previous name \`${previous}\``;
  }
  names.taken.set(key, name.name);
  if (entity.kind === 'type' && entity.type.kind === 'resource') {
    names.resources.set(entity.type, name.name);
    names.resourceNames.add(name.name);
  }
  return checkAnnotation(names, name.name, parsed, entity) ?? checkAttributes(name, parsed, entity);
}

function checkAnnotation(names: ExternNames, name: string, parsed: ParsedName, entity: Entity): string | null {
  if (parsed.kind === 'label' || parsed.kind === 'interface' || parsed.kind === 'dependency') return null;
  if (entity.kind !== 'func') return `\`${name}\` is not a func but ${article(entity.kind)}`;
  switch (parsed.kind) {
    case 'constructor':
      return checkConstructor(names, name, parsed.resource, entity.type);
    case 'method':
      return checkMethod(names, name, parsed.resource, entity.type);
    case 'static':
      return names.resourceNames.has(parsed.resource)
        ? null
        : `\`${name}\`: the resource \`${parsed.resource}\` is not known among the ${names.direction}s before it`;
  }
}

function checkConstructor(names: ExternNames, name: string, resource: string, type: FuncType): string | null {
  if (type.result === null) return `\`${name}\` should return one value, (own $T) or (result (own $T))`;
  const made = type.result.kind === 'result' ? type.result.children[0] : type.result;
  if (made?.kind !== 'own') return `\`${name}\`: the function should return \`(own $T)\` or \`(result (own $T))\``;
  return checkResourceName(names, name, resource, made);
}

function checkMethod(names: ExternNames, name: string, resource: string, type: FuncType): string | null {
  const self = type.params[0];
  if (self === undefined) return `\`${name}\` should have at least one argument, (param "self" (borrow $T))`;
  const first = type.labels.names[0];
  if (first !== 'self') return `\`${name}\` should have a first argument called \`self\`, not \`${first}\``;
  if (self.kind !== 'borrow') return `\`${name}\` should take a first argument of \`(borrow $T)\``;
  return checkResourceName(names, name, resource, self);
}

function checkResourceName(names: ExternNames, name: string, expected: string, handle: ValueType): string | null {
  const actual = names.resources.get(handle.resource!);
  if (actual === undefined) {
    return `\`${name}\`: the resource used in the function does not have a name among the ${names.direction}s before it`;
  }
  if (actual === expected) return null;
  return `\`${name}\`: the function does not match the expected resource name \`${expected}\`: its resource is \`${actual}\``;
}

function checkAttributes(name: ExternName, parsed: ParsedName, entity: Entity): string | null {
  const seen = new Set<string>();
  for (const { kind, value } of name.attributes ?? []) {
    if (seen.has(kind)) return `duplicate \`${kind}\` attribute of \`${name.name}\``;
    seen.add(kind);
    const wrong = kind === 'implements' ? checkImplements(name.name, value, parsed, entity) : null;
    if (wrong !== null) return wrong;
    if (kind === 'versionsuffix') {
      const unsuitable = checkVersionSuffix(name.name, value, parsed);
      if (unsuitable !== null) return unsuitable;
    }
  }
  return null;
}

function checkImplements(name: string, value: string, parsed: ParsedName, entity: Entity): string | null {
  if (entity.kind !== 'instance')
    return `only instances can have an \`implements\`: \`${name}\` is ${article(entity.kind)}`;
  if (parsed.kind === 'interface') return `name \`${name}\` is not valid with \`implements\`: expected a plain name`;
  const wrong = parseInterfaceName(value);
  return typeof wrong === 'string' ? `\`implements\` of \`${name}\` must be an interface name: ${wrong}` : null;
}

function checkVersionSuffix(name: string, suffix: string, parsed: ParsedName): string | null {
  const version = parsed.kind === 'interface' ? parsed.version : null;
  if (version === null || !isCanonicalVersion(version)) {
    return `\`versionsuffix\` of \`${name}\` needs a canonical version in the name (such as @1, @0.2 or @0.0.1)`;
  }
  if (isSemver(version + suffix)) return null;
  return `\`versionsuffix\` of \`${name}\`: \`${version}${suffix}\` is not a semantic version`;
}

function article(kind: Entity['kind']): string {
  return kind === 'instance' ? 'an instance' : `a ${kind}`;
}
