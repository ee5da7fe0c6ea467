/** Which export (or import) needs a feature that we don't have: found by following a definition's uses to the surface. */
import type { AnySort, AnySortIndex, Component, Definition, ExternType } from '../ast.js';
import type { Finding } from './component-reader.js';
import { typeIndicesOf } from './uses.js';

/** ``export `x` `` or ``import `x` `` of the outermost component that uses the finding; null when there is none. */
export function placeOf(root: Component, finding: Finding): string | null {
  const components: Component[] = [root];
  for (const position of finding.positions.slice(0, -1)) {
    const nested = components.at(-1)?.definitions[position];
    if (nested?.kind !== 'component') break;
    components.push(nested.component);
  }
  let place: string | null = null;
  for (let depth = components.length - 1; depth >= 0; depth--) {
    place = usersOf(components[depth]!.definitions, finding.positions[depth]!) ?? place;
  }
  return place;
}

/** Follows uses of the definition at `position` forward through one component. */
function usersOf(definitions: readonly Definition[], position: number): string | null {
  const counts = new Map<AnySort, number>();
  const tainted = new Set<string>();
  let place: string | null = null;
  definitions.forEach((definition, at) => {
    const sort = sortOf(definition);
    const index = counts.get(sort) ?? 0;
    counts.set(sort, index + 1);
    const uses = at === position || usesOf(definition).some((item) => tainted.has(`${item.sort} ${item.index}`));
    if (!uses) return;
    tainted.add(`${sort} ${index}`);
    if (definition.kind === 'export') place ??= `export \`${definition.name.name}\``;
    if (definition.kind === 'import') place ??= `import \`${definition.name.name}\``;
  });
  return place;
}

function sortOf(definition: Definition): AnySort {
  switch (definition.kind) {
    case 'canon':
      return definition.canon.kind === 'lift' ? 'func' : 'core func';
    case 'alias':
      return definition.alias.kind === 'core export' ? `core ${definition.alias.sort}` : definition.alias.sort;
    case 'import':
      return definition.type.kind;
    case 'export':
      return definition.item.sort;
    default:
      return definition.kind;
  }
}

/** The items of the same component that a definition refers to. */
function usesOf(definition: Definition): readonly AnySortIndex[] {
  switch (definition.kind) {
    case 'core instance':
      return definition.expr.kind === 'instantiate'
        ? [
            { sort: 'core module', index: definition.expr.module },
            ...definition.expr.args.map((arg): AnySortIndex => ({ sort: 'core instance', index: arg.instance })),
          ]
        : definition.expr.exports.map(({ item }) => ({ sort: `core ${item.sort}`, index: item.index }));
    case 'instance':
      return definition.expr.kind === 'instantiate'
        ? [{ sort: 'component', index: definition.expr.component }, ...definition.expr.args.map((arg) => arg.item)]
        : definition.expr.exports.map((entry) => entry.item);
    case 'alias':
      if (definition.alias.kind === 'outer') return [];
      return [
        {
          sort: definition.alias.kind === 'export' ? 'instance' : 'core instance',
          index: definition.alias.instance,
        },
      ];
    case 'type':
      return typeIndicesOf(definition.type).map((index) => ({ sort: 'type', index }));
    case 'canon':
      if (definition.canon.kind === 'lift') {
        return [
          { sort: 'core func', index: definition.canon.coreFunc },
          { sort: 'type', index: definition.canon.type },
        ];
      }
      return definition.canon.kind === 'lower' ? [{ sort: 'func', index: definition.canon.func }] : [];
    case 'import':
      return externUses(definition.type);
    case 'export':
      return definition.type === null ? [definition.item] : [definition.item, ...externUses(definition.type)];
    default:
      return [];
  }
}

function externUses(type: ExternType): readonly AnySortIndex[] {
  if (type.kind === 'core module') return [{ sort: 'core type', index: type.type }];
  if (type.kind !== 'type') return [{ sort: 'type', index: type.type }];
  return type.bound.kind === 'eq' ? [{ sort: 'type', index: type.bound.type }] : [];
}
