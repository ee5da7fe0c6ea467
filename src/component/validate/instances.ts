/** Instances: instantiation of components, and instances made of exports. */
import type { InstanceExpr } from '../ast.js';
import { type Context, invalid, itemAt, type Scope } from './context.js';
import { addExternName, makeExternNames } from './extern-names.js';
import { entityAt, exportedEntity } from './externs.js';
import { matchEntity } from './match.js';
import { printEntity } from './print.js';
import { applyToEntity, makeSubstitution } from './substitute.js';
import { type Entity, type InstanceType, isOpen, type ResourceIdentity } from './types.js';

/** `instanceexpr`: the type of the new instance. */
export function defineInstance(context: Context, scope: Scope, expr: InstanceExpr): InstanceType {
  if (expr.kind === 'instantiate') return instantiate(context, scope, expr);
  const names = makeExternNames('export');
  const exports = new Map<string, Entity>();
  for (const { name, item } of expr.exports) {
    const entity = exportedEntity(context, scope, item, name.name);
    const wrong = addExternName(names, name, entity);
    if (wrong !== null) invalid(context, wrong);
    exports.set(name.name, entity);
  }
  return makeInstanceType(context, exports, []);
}

/** An instance type from its exports. */
export function makeInstanceType(
  context: Context,
  exports: ReadonlyMap<string, Entity>,
  bound: readonly ResourceIdentity[],
): InstanceType {
  const { depth, open } = summarize(context, exports.values());
  return { kind: 'instance', exports, bound, depth, open };
}

const TYPE_DEPTH = 100;

/** How deep a type made of `entities` is, and whether substitution can change it. */
export function summarize(context: Context, entities: Iterable<Entity>): { depth: number; open: boolean } {
  let depth = 0;
  let open = false;
  for (const entity of entities) {
    open ||= isOpen(entity);
    if ('depth' in entity.type) depth = Math.max(depth, entity.type.depth);
  }
  if (depth >= TYPE_DEPTH) invalid(context, `types nest deeper than ${TYPE_DEPTH}`);
  return { depth: depth + 1, open };
}

function instantiate(
  context: Context,
  scope: Scope,
  expr: Extract<InstanceExpr, { kind: 'instantiate' }>,
): InstanceType {
  const component = itemAt(context, scope.components, expr.component, 'component');
  const args = new Map<string, Entity>();
  for (const { name, item } of expr.args) {
    if (args.has(name))
      invalid(context, `instantiation argument \`${name}\` conflicts with previous argument \`${name}\``);
    args.set(name, entityAt(context, scope, item));
  }
  const variables = [...component.universals, ...component.existentials];
  const substitution = makeSubstitution(context, variables, scope.created);
  for (const [name, wanted] of component.imports) {
    const given = args.get(name);
    if (given === undefined) {
      return invalid(
        context,
        `missing import named \`${name}\`: component ${expr.component} imports ${printEntity(wanted)}`,
      );
    }
    const mismatch = matchEntity(substitution, given, wanted);
    if (mismatch !== null) invalid(context, `instance argument \`${name}\`: ${mismatch}`);
  }
  const exports = new Map<string, Entity>();
  for (const [name, entity] of component.exports) exports.set(name, applyToEntity(substitution, entity));
  return makeInstanceType(context, exports, []);
}
