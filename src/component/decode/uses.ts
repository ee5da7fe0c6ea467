/** Which type indices a type definition mentions. */
import type { DefType, TypeDecl, ValTypeRef } from '../ast.js';

/** Indices in the type space around `type`; those of nested declarations count where they alias outwards. */
export function typeIndicesOf(type: DefType): number[] {
  switch (type.kind) {
    case 'record':
      return indices(type.fields.map((field) => field.type));
    case 'variant':
      return indices(type.cases.map((each) => each.type));
    case 'list':
      return indices([type.element]);
    case 'tuple':
      return indices(type.types);
    case 'option':
      return indices([type.type]);
    case 'result':
      return indices([type.ok, type.err]);
    case 'own':
    case 'borrow':
      return [type.resource];
    case 'func':
      return indices([...type.params.map((param) => param.type), type.result]);
    case 'component':
    case 'instance':
      return outerTypeIndices(type.decls, 1);
    default:
      return [];
  }
}

function indices(types: readonly (ValTypeRef | null)[]): number[] {
  return types.filter((type): type is number => typeof type === 'number');
}

function outerTypeIndices(decls: readonly TypeDecl[], depth: number): number[] {
  const found: number[] = [];
  for (const decl of decls) {
    if (decl.kind === 'alias' && decl.alias.kind === 'outer' && decl.alias.count === depth)
      found.push(decl.alias.index);
    if (decl.kind === 'type' && (decl.type.kind === 'component' || decl.type.kind === 'instance')) {
      for (const index of outerTypeIndices(decl.type.decls, depth + 1)) found.push(index);
    }
  }
  return found;
}
