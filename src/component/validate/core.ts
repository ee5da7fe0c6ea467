/** Core modules, module types and core instances inside a component. */

import { BinaryError } from '../../binary/errors.js';
import type { CoreExternType, CoreFuncType, CoreValType, Limits } from '../../binary/types.js';
import type { CoreDefType, CoreInstanceExpr, CoreModuleDecl } from '../ast.js';
import { type CoreItemType, type CoreModuleDescriptor, describeCoreModule } from '../core-module.js';
import { type Context, countStep, invalid, itemAt, type Scope } from './context.js';
import { matchCoreItem } from './core-match.js';
import type { CoreType, ModuleType } from './types.js';

/** The type of a core module that is embedded in the component. */
export function moduleTypeOf(context: Context, bytes: Uint8Array): ModuleType {
  const wrong = context.checkCoreModule?.(bytes) ?? null;
  if (wrong !== null) invalid(context, wrong);
  const { imports, exports } = describe(context, bytes);
  const type = { kind: 'module' as const, imports: new Map<string, Map<string, CoreItemType>>(), exports: new Map() };
  for (const each of imports) addImport(context, type.imports, each.module, each.name, each.type);
  for (const each of exports) addExport(context, type.exports, each.name, each.type);
  return type;
}

function describe(context: Context, bytes: Uint8Array): CoreModuleDescriptor {
  try {
    return describeCoreModule(bytes);
  } catch (thrown) {
    if (!(thrown instanceof BinaryError)) throw thrown;
    context.offset += thrown.offset;
    return invalid(context, `malformed core module: ${thrown.reason}`);
  }
}

function addImport(
  context: Context,
  imports: Map<string, Map<string, CoreItemType>>,
  module: string,
  name: string,
  type: CoreItemType,
): void {
  const fields = imports.get(module) ?? new Map<string, CoreItemType>();
  if (fields.has(name)) invalid(context, `duplicate import name \`${module}:${name}\``);
  imports.set(module, fields.set(name, type));
}

function addExport(context: Context, exports: Map<string, CoreItemType>, name: string, type: CoreItemType): void {
  if (exports.has(name)) invalid(context, `export name \`${name}\` already defined`);
  exports.set(name, type);
}

/** `core:deftype` in `scope`. */
export function defineCoreType(context: Context, scope: Scope, type: CoreDefType): CoreType {
  return type.kind === 'func'
    ? closeFunc(context, scope.core.type, type)
    : defineModuleType(context, scope, type.decls);
}

/** Checks the indices of references to concrete types, which must be function types here, and prints them away. */
function closeFunc(context: Context, types: readonly CoreType[], type: CoreFuncType): CoreFuncType {
  const close = (each: CoreValType) => closeRef(context, types, each);
  return { kind: 'func', params: type.params.map(close), results: type.results.map(close) };
}

function closeRef(context: Context, types: readonly CoreType[], type: CoreValType): CoreValType {
  const digits = / (\d+)\)$/.exec(type)?.[1];
  if (digits === undefined) return type;
  const index = Number(digits);
  const recursive = index === types.length;
  const found = recursive ? null : itemAt(context, types, index, 'core type');
  if (found?.kind === 'module') invalid(context, `core type index ${index} is a module type, not a function type`);
  return type.replace(/ \d+\)$/, ' concrete)');
}

function defineModuleType(context: Context, scope: Scope, decls: readonly CoreModuleDecl[]): ModuleType {
  const types: CoreType[] = [];
  const imports = new Map<string, Map<string, CoreItemType>>();
  const exports = new Map<string, CoreItemType>();
  for (const decl of decls) {
    countStep(context);
    if (decl.kind === 'type') {
      if (decl.type.kind === 'module') invalid(context, 'a module type cannot define a module type');
      types.push(closeFunc(context, types, decl.type));
    } else if (decl.kind === 'alias') types.push(outerCoreType(context, scope, types, decl));
    else if (decl.kind === 'import') {
      addImport(context, imports, decl.module, decl.name, resolveExtern(context, types, decl.type));
    } else addExport(context, exports, decl.name, resolveExtern(context, types, decl.type));
  }
  return { kind: 'module', imports, exports };
}

function outerCoreType(
  context: Context,
  scope: Scope,
  own: readonly CoreType[],
  { count, index }: { readonly count: number; readonly index: number },
): CoreType {
  const space = count === 0 ? own : outerScope(context, scope, count - 1).core.type;
  const type = itemAt(context, space, index, 'core type');
  if (type.kind === 'module') return invalid(context, 'a module type cannot alias a module type');
  return type;
}

/** The scope `count` levels out; 0 is `scope` itself. */
export function outerScope(context: Context, scope: Scope, count: number): Scope {
  let target: Scope | null = scope;
  for (let i = 0; i < count && target !== null; i++) target = target.parent;
  if (target === null) return invalid(context, `invalid outer alias count of ${count}: there are not that many scopes`);
  return target;
}

const MAX_PAGES = 0x1_0000;
const MAX_PAGES_64 = 2 ** 48;

function resolveExtern(context: Context, types: readonly CoreType[], type: CoreExternType): CoreItemType {
  switch (type.kind) {
    case 'func':
    case 'tag': {
      const resolved = itemAt(context, types, type.type, 'core type');
      if (resolved.kind !== 'func') return invalid(context, `core type index ${type.type} is not a function type`);
      if (type.kind === 'tag' && resolved.results.length > 0) invalid(context, 'the type of a tag cannot have results');
      return { kind: type.kind, type: resolved };
    }
    case 'table':
      checkLimits(context, type.limits, 2 ** 32 - 1, 'table size');
      return type;
    case 'memory':
      checkLimits(context, type.limits, type.limits.index64 ? MAX_PAGES_64 : MAX_PAGES, 'memory size');
      if (type.limits.shared && type.limits.max === null) invalid(context, 'a shared memory must have a maximum size');
      return type;
    case 'global':
      return { ...type, type: closeRef(context, types, type.type) };
  }
}

function checkLimits(context: Context, { min, max }: Limits, most: number, what: string): void {
  if (min > most || (max !== null && max > most)) invalid(context, `${what} must be at most ${most}`);
  if (max !== null && min > max) invalid(context, `${what}: the minimum ${min} is greater than the maximum ${max}`);
}

/** `core:instanceexpr`: the exports of the new core instance. */
export function defineCoreInstance(
  context: Context,
  scope: Scope,
  expr: CoreInstanceExpr,
): ReadonlyMap<string, CoreItemType> {
  if (expr.kind === 'instantiate') return instantiateModule(context, scope, expr);
  const exports = new Map<string, CoreItemType>();
  for (const { name, item } of expr.exports) {
    const { sort, index } = item;
    if (sort === 'type' || sort === 'module' || sort === 'instance') {
      invalid(context, `core instance export \`${name}\`: a core ${sort} cannot be exported`);
    }
    const type: CoreItemType =
      sort === 'func'
        ? { kind: 'func', type: itemAt(context, scope.core.func, index, 'core func') }
        : itemAt(context, scope.core[sort], index, `core ${sort}`);
    addExport(context, exports, name, type);
  }
  return exports;
}

function instantiateModule(
  context: Context,
  scope: Scope,
  expr: Extract<CoreInstanceExpr, { kind: 'instantiate' }>,
): ReadonlyMap<string, CoreItemType> {
  const module = itemAt(context, scope.core.module, expr.module, 'core module');
  const args = new Map<string, ReadonlyMap<string, CoreItemType>>();
  for (const { name, instance } of expr.args) {
    if (args.has(name)) invalid(context, `duplicate module instantiation argument named \`${name}\``);
    args.set(name, itemAt(context, scope.core.instance, instance, 'core instance'));
  }
  for (const [name, fields] of module.imports) {
    const given = args.get(name);
    if (given === undefined) {
      return invalid(
        context,
        `core module ${expr.module} imports from \`${name}\`: missing module instantiation argument`,
      );
    }
    for (const [field, wanted] of fields) {
      const actual = given.get(field);
      if (actual === undefined) {
        return invalid(context, `argument \`${name}\` does not export an item named \`${field}\``);
      }
      const mismatch = matchCoreItem(actual, wanted);
      if (mismatch !== null)
        invalid(context, `argument \`${name}\`: type mismatch for export \`${field}\`: ${mismatch}`);
    }
  }
  return module.exports;
}
