/** A WIT text as its grammar sees it: names not yet looked up, every node with its place. Private to this room. */
import type { Span } from './error.js';
import type { PrimitiveKind } from './types.js';

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export type TypeSyntax = { readonly span: Span } & (
  | { readonly kind: 'primitive'; readonly primitive: PrimitiveKind }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list' | 'option'; readonly element: TypeSyntax }
  | { readonly kind: 'tuple'; readonly types: readonly TypeSyntax[] }
  | { readonly kind: 'result'; readonly ok: TypeSyntax | null; readonly err: TypeSyntax | null }
  | { readonly kind: 'own' | 'borrow'; readonly resource: Name }
);

export interface FieldSyntax {
  readonly name: Name;
  readonly type: TypeSyntax;
}
export interface CaseSyntax {
  readonly name: Name;
  readonly type: TypeSyntax | null;
}
export interface FuncSyntax {
  readonly params: readonly FieldSyntax[];
  readonly result: TypeSyntax | null;
}
export interface FunctionSyntax {
  readonly kind: 'freestanding' | 'constructor' | 'method' | 'static';
  readonly name: Name;
  readonly func: FuncSyntax;
}

export type TypeDefSyntax = { readonly name: Name } & (
  | { readonly kind: 'record'; readonly fields: readonly FieldSyntax[] }
  | { readonly kind: 'variant'; readonly cases: readonly CaseSyntax[] }
  | { readonly kind: 'enum' | 'flags'; readonly names: readonly Name[] }
  | { readonly kind: 'alias'; readonly type: TypeSyntax }
  | { readonly kind: 'resource'; readonly functions: readonly FunctionSyntax[] }
);

/** `name` or `ns:pkg/name@1.2.3`. */
export interface PathSyntax {
  /** `ns:pkg@1.2.3`, or null for a bare name. */
  readonly package: string | null;
  readonly name: string;
  readonly span: Span;
}
export interface RenameSyntax {
  readonly name: Name;
  readonly as: Name | null;
}
export interface UseSyntax {
  readonly kind: 'use';
  readonly path: PathSyntax;
  readonly names: readonly RenameSyntax[];
}

/** What stands between the braces of an interface, and at the top of a text of bare functions. */
export interface BodySyntax {
  readonly declarations: readonly (TypeDefSyntax | UseSyntax)[];
  readonly functions: readonly FunctionSyntax[];
}

export interface InterfaceSyntax {
  readonly name: Name;
  readonly body: BodySyntax;
}

export type WorldItemSyntax =
  | { readonly kind: 'function'; readonly direction: 'imports' | 'exports'; readonly function: FunctionSyntax }
  | { readonly kind: 'inline'; readonly direction: 'imports' | 'exports'; readonly interface: InterfaceSyntax }
  | { readonly kind: 'path'; readonly direction: 'imports' | 'exports'; readonly path: PathSyntax }
  | { readonly kind: 'include'; readonly path: PathSyntax; readonly renames: readonly RenameSyntax[] }
  | { readonly kind: 'declaration'; readonly declaration: TypeDefSyntax | UseSyntax };

export interface WorldSyntax {
  readonly name: Name;
  readonly items: readonly WorldItemSyntax[];
}

/** `use path as name;` at the top of a package: a name for an interface or world within it. */
export interface AliasSyntax {
  readonly name: Name;
  readonly path: PathSyntax;
}

export interface PackageSyntax {
  /** `ns:pkg@1.2.3`, or null for a text without `package`. */
  readonly name: string | null;
  readonly span: Span;
  readonly aliases: readonly AliasSyntax[];
  readonly body: BodySyntax;
  readonly interfaces: readonly InterfaceSyntax[];
  readonly worlds: readonly WorldSyntax[];
}

export interface DocumentSyntax {
  readonly root: PackageSyntax;
  readonly nested: readonly PackageSyntax[];
}
