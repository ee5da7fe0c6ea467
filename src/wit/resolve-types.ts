/** One scope's types: names looked up, forward references ordered, cycles and type bombs refused. */
import { nearestName } from '../nearest.js';
import { claimAll, failAt, type TextContext } from './claims.js';
import type { Span, WitError } from './error.js';
import { PRIMITIVES } from './names.js';
import { type Need, orderByNeeds } from './order.js';
import { MAX_TYPE_DEPTH } from './parse-types.js';
import type { Name, TypeDefSyntax, TypeSyntax } from './syntax.js';
import type { ResourceType, TypeDeclaration, ValType, WitInterface } from './types.js';

/** How many types one type may hold, counted through names: what a codec for it would have to be built from. */
const MAX_TYPE_SIZE = 100_000;

/** What is known of a type when it is made, so that nothing has to walk it again. */
interface TypeFacts {
  readonly depth: number;
  readonly size: number;
  readonly borrows: boolean;
}

export interface ResolveContext extends TextContext {
  readonly facts: WeakMap<ValType, TypeFacts>;
  /** Declarations of interfaces that were used from, by name. */
  readonly declarations: WeakMap<WitInterface, ReadonlyMap<string, TypeDeclaration>>;
}

export function openContext(text: string): ResolveContext {
  return { text, facts: new WeakMap(), declarations: new WeakMap() };
}

/** Names that a scope holds, by canonical name; exact spelling counts when one is looked up. */
export interface TypeScope {
  /** `interface "types"`, `this text`: for messages. */
  readonly label: string;
  readonly declared: ReadonlyMap<string, TypeDeclaration>;
}

/**
 * Resolves the definitions of one scope.
 * @param used what `use` brought in
 * @returns the definitions by name; `label` is the scope's, for messages
 */
export function resolveDefinitions(
  context: ResolveContext,
  label: string,
  definitions: readonly TypeDefSyntax[],
  used: ReadonlyMap<string, TypeDeclaration>,
): Map<string, TypeDeclaration> {
  const local = new Map(definitions.map((definition) => [definition.name.text, definition]));
  const found = orderByNeeds(definitions, (definition) => {
    const needs: Need<TypeDefSyntax>[] = [];
    forEachName(definition, (name, span) => {
      const on = local.get(name);
      if (on !== undefined) needs.push({ on, span });
    });
    return needs;
  });
  if (found.order === null) throw recursion(context, found.cycle, found.span);
  const declared = new Map(used);
  const scope: TypeScope = { label, declared };
  for (const definition of found.order) declared.set(definition.name.text, define(context, scope, definition));
  return declared;
}

function recursion(context: ResolveContext, cycle: readonly TypeDefSyntax[], span: Span): WitError {
  const shown = cycle.slice(0, 5).map((definition) => `"${definition.name.text}"`);
  const more = cycle.length > shown.length ? ', …' : '';
  const path = cycle.length === 1 ? `${shown[0]} holds itself` : `${shown.join(' holds ')}${more} holds ${shown[0]}`;
  return failAt(context, `types cannot be recursive: ${path}; refer to it by an index or an ID`, span, {
    expected: 'a type that does not lead back here',
    got: cycle[0]!.name.text,
  });
}

/** Every name that a definition refers to. Resource methods do not count: they need the resource, not the other way. */
function forEachName(definition: TypeDefSyntax, visit: (name: string, span: Span) => void): void {
  switch (definition.kind) {
    case 'record':
      for (const field of definition.fields) forEachNameIn(field.type, visit);
      return;
    case 'variant':
      for (const { type } of definition.cases) if (type !== null) forEachNameIn(type, visit);
      return;
    case 'alias':
      forEachNameIn(definition.type, visit);
      return;
    default:
  }
}

function forEachNameIn(type: TypeSyntax, visit: (name: string, span: Span) => void): void {
  switch (type.kind) {
    case 'name':
      visit(type.name, type.span);
      return;
    case 'own':
    case 'borrow':
      visit(type.resource.text, type.resource.span);
      return;
    case 'list':
    case 'option':
      forEachNameIn(type.element, visit);
      return;
    case 'tuple':
      for (const inner of type.types) forEachNameIn(inner, visit);
      return;
    case 'result':
      if (type.ok !== null) forEachNameIn(type.ok, visit);
      if (type.err !== null) forEachNameIn(type.err, visit);
      return;
    default:
  }
}

function define(context: ResolveContext, scope: TypeScope, definition: TypeDefSyntax): TypeDeclaration {
  const name = definition.name.text;
  const span = definition.name.span;
  const where = `${definition.kind} "${name}"`;
  switch (definition.kind) {
    case 'record': {
      claimAll(
        context,
        definition.fields.map((field) => field.name),
        where,
      );
      const fields = definition.fields.map((field) => ({
        name: field.name.text,
        type: resolveType(context, scope, field.type),
      }));
      return declaration(name, made(context, { kind: 'record', name, fields }, span));
    }
    case 'variant': {
      claimAll(
        context,
        definition.cases.map((one) => one.name),
        where,
      );
      const cases = definition.cases.map((one) => ({
        name: one.name.text,
        type: one.type === null ? null : resolveType(context, scope, one.type),
      }));
      return declaration(name, made(context, { kind: 'variant', name, cases }, span));
    }
    case 'enum':
    case 'flags': {
      claimAll(context, definition.names, where);
      const names = definition.names.map((one) => one.text);
      return declaration(name, made(context, { kind: definition.kind, name, names }, span));
    }
    case 'resource':
      // The document numbers its resources when it is whole.
      return { name, type: null, resource: { id: -1, name } };
    case 'alias': {
      if (definition.type.kind === 'name') {
        const target = lookUp(context, scope, definition.type.name, definition.type.span);
        return { name, type: target.type, resource: target.resource };
      }
      return declaration(name, made(context, { ...resolveType(context, scope, definition.type), name }, span));
    }
  }
}

function declaration(name: string, type: ValType): TypeDeclaration {
  return { name, type, resource: null };
}

/** A type in a type position; a resource's name there means to own one. @throws WitError */
export function resolveType(context: ResolveContext, scope: TypeScope, syntax: TypeSyntax): ValType {
  switch (syntax.kind) {
    case 'primitive':
      return made(context, { kind: syntax.primitive }, syntax.span);
    case 'name': {
      const { type, resource } = lookUp(context, scope, syntax.name, syntax.span);
      return type ?? made(context, { kind: 'own', resource: resource! }, syntax.span);
    }
    case 'own':
    case 'borrow': {
      const resource = lookUpResource(context, scope, syntax.resource);
      return made(context, { kind: syntax.kind, resource }, syntax.span);
    }
    case 'list':
      return made(context, { kind: 'list', element: resolveType(context, scope, syntax.element) }, syntax.span);
    case 'option':
      return made(context, { kind: 'option', type: resolveType(context, scope, syntax.element) }, syntax.span);
    case 'tuple': {
      const types = syntax.types.map((type) => resolveType(context, scope, type));
      return made(context, { kind: 'tuple', types }, syntax.span);
    }
    case 'result': {
      const ok = syntax.ok === null ? null : resolveType(context, scope, syntax.ok);
      const err = syntax.err === null ? null : resolveType(context, scope, syntax.err);
      return made(context, { kind: 'result', ok, err }, syntax.span);
    }
  }
}

/** True if a `borrow` handle is anywhere inside. */
export function borrows(context: ResolveContext, type: ValType): boolean {
  return context.facts.get(type)?.borrows ?? false;
}

function lookUpResource(context: ResolveContext, scope: TypeScope, name: Name): ResourceType {
  const { resource, type } = lookUp(context, scope, name.text, name.span);
  if (resource !== null) return resource;
  throw failAt(context, `"${name.text}" is a ${type!.kind}, and only a resource has handles`, name.span, {
    expected: "a resource's name",
    got: name.text,
  });
}

/** What other languages call a type. */
const FOREIGN_NAMES: ReadonlyMap<string, string> = new Map(
  `int s32, integer s32, long s64, short s16, byte u8, uint u32, usize u32, isize s32, i8 s8, i16 s16, i32 s32, i64 s64,
  int8 s8, int16 s16, int32 s32, int64 s64, uint8 u8, uint16 u16, uint32 u32, uint64 u64, float f32, double f64,
  number f64, float32 f32, float64 f64, boolean bool, str string, text string, bytes list<u8>, array list, vec list,
  optional option`
    .split(/,\s+/)
    .map((pair) => pair.split(' ') as [string, string]),
);

function lookUp(context: ResolveContext, scope: TypeScope, name: string, span: Span): TypeDeclaration {
  const found = scope.declared.get(name);
  if (found !== undefined) return found;
  if (name === 'error-context') {
    throw failAt(context, 'error-context is not supported yet: pass a string', span, { got: name });
  }
  const foreign = FOREIGN_NAMES.get(name.toLowerCase()) ?? null;
  const known = [...scope.declared.keys(), ...PRIMITIVES, 'list', 'option', 'result', 'tuple', 'own', 'borrow'];
  const suggestion = foreign ?? nearestName(name, known);
  const hint =
    suggestion === null ? `declare it in ${scope.label}, or take it in with "use"` : `did you mean "${suggestion}"?`;
  const facts = { expected: 'a type', got: name, suggestion };
  throw failAt(context, `unknown type "${name}": ${hint}`, span, facts);
}

const LEAF: TypeFacts = { depth: 1, size: 1, borrows: false };

/** Notes what is known of a new type, and refuses one that is too deep or too big. */
function made<T extends ValType>(context: ResolveContext, type: T, span: Span): T {
  let depth = 0;
  let size = 1;
  let hasBorrow = type.kind === 'borrow';
  for (const inner of innerTypes(type)) {
    const facts = context.facts.get(inner) ?? LEAF;
    depth = Math.max(depth, facts.depth);
    size += facts.size;
    hasBorrow ||= facts.borrows;
  }
  depth++;
  const what = type.name === undefined ? 'this type' : `type "${type.name}"`;
  if (depth > MAX_TYPE_DEPTH) {
    const got = `${depth} levels`;
    const message = `${what} nests deeper than ${MAX_TYPE_DEPTH} types: flatten it`;
    throw failAt(context, message, span, { expected: `at most ${MAX_TYPE_DEPTH} levels`, got });
  }
  if (size > MAX_TYPE_SIZE) {
    const message = `${what} is made of more than ${MAX_TYPE_SIZE} types, counted through names: split it`;
    throw failAt(context, message, span, { expected: `at most ${MAX_TYPE_SIZE} types`, got: `${size} types` });
  }
  context.facts.set(type, { depth, size, borrows: hasBorrow });
  return type;
}

/** The types directly inside one. */
export function innerTypes(type: ValType): readonly ValType[] {
  switch (type.kind) {
    case 'list':
      return [type.element];
    case 'option':
      return [type.type];
    case 'record':
      return type.fields.map((field) => field.type);
    case 'tuple':
      return type.types;
    case 'variant':
      return type.cases.flatMap((one) => one.type ?? []);
    case 'result':
      return [type.ok, type.err].filter((inner) => inner !== null);
    default:
      return [];
  }
}
