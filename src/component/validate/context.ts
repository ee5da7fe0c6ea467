/** What one run of the validator shares: interned shapes, the budget of steps, and where in the binary it stands. */
import type { CoreFuncType } from '../../binary/types.js';
import type { CoreItemType } from '../core-module.js';
import { ValidationError } from './errors.js';
import { type ExternNames, makeExternNames } from './extern-names.js';
import type {
  AnyType,
  ComponentType,
  CoreType,
  Entity,
  FuncType,
  InstanceType,
  Labels,
  ModuleType,
  ResourceIdentity,
} from './types.js';

/** Steps of substitution and comparison in one run: a bound on time and memory that honest components stay far below. */
const STEP_LIMIT = 1_000_000;

export interface Context {
  readonly shapes: Map<string, number>;
  readonly labels: Map<string, Labels>;
  /** Pairs of closed types that have been found to match. */
  readonly matched: Map<object, Set<object>>;
  readonly checkCoreModule: ((bytes: Uint8Array) => string | null) | null;
  nextResource: number;
  steps: number;
  /** Component indices on the way to the component that is being validated. */
  readonly path: number[];
  /** Start of the definition that is being validated. */
  offset: number;
  /** ``import `x` ``, `type 3`: what is being validated, for messages. */
  place: string;
}

/** Names can be 100 KB long; a message is not. */
const LONGEST = 1000;

/** Throws a ValidationError for the definition that is being validated. */
export function invalid(context: Context, message: string): never {
  const text = context.place === '' ? message : `${context.place}: ${message}`;
  throw new ValidationError(text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`, context.offset, [
    ...context.path,
  ]);
}

/** Counts a step of work that the size of the binary alone does not bound. */
export function countStep(context: Context): void {
  if (++context.steps > STEP_LIMIT) invalid(context, `checking its types takes more than ${STEP_LIMIT} steps`);
}

/** The number of a shape: the same for the same key. */
export function internShape(context: Context, key: string, reserved: number): number {
  const known = context.shapes.get(key);
  if (known !== undefined) return known;
  const shape = reserved + context.shapes.size;
  context.shapes.set(key, shape);
  return shape;
}

/** Labels that were checked before, or undefined; they are kebab-case, so that a comma separates them. */
export function knownLabels(context: Context, names: readonly string[]): Labels | undefined {
  const labels = context.labels.get(names.join(','));
  return labels?.names.length === names.length ? labels : undefined;
}

/** The one object for a list of checked labels. */
export function internLabels(context: Context, names: readonly string[]): Labels {
  const key = names.join(',');
  let labels = context.labels.get(key);
  if (labels === undefined) {
    labels = { id: context.labels.size, names };
    context.labels.set(key, labels);
  }
  return labels;
}

/** A new resource identity, unequal to all others. */
export function freshIdentity(context: Context, definedIn: object | null): ResourceIdentity {
  return { id: context.nextResource++, definedIn };
}

/** Index spaces and names of a component, a component type or an instance type. */
export interface Scope {
  readonly kind: 'component' | 'component type' | 'instance type';
  readonly parent: Scope | null;
  readonly core: {
    readonly func: CoreFuncType[];
    readonly table: CoreItemType[];
    readonly memory: CoreItemType[];
    readonly global: CoreItemType[];
    readonly tag: CoreItemType[];
    readonly type: CoreType[];
    readonly module: ModuleType[];
    readonly instance: ReadonlyMap<string, CoreItemType>[];
  };
  readonly funcs: FuncType[];
  readonly types: AnyType[];
  readonly components: ComponentType[];
  readonly instances: InstanceType[];
  readonly imports: Map<string, Entity>;
  readonly exports: Map<string, Entity>;
  readonly importNames: ExternNames;
  readonly exportNames: ExternNames;
  /** Types with an external name: by an import, and by an import or export. */
  readonly importedTypes: Set<AnyType>;
  readonly exportedTypes: Set<AnyType>;
  /** Abstract resource types from imports. */
  readonly universals: ResourceIdentity[];
  /** Resource types made here: definitions, instantiations, exports of abstract types. */
  readonly created: ResourceIdentity[];
}

/** An empty scope inside `parent`. */
export function makeScope(kind: Scope['kind'], parent: Scope | null): Scope {
  return {
    kind,
    parent,
    core: { func: [], table: [], memory: [], global: [], tag: [], type: [], module: [], instance: [] },
    funcs: [],
    types: [],
    components: [],
    instances: [],
    imports: new Map(),
    exports: new Map(),
    importNames: makeExternNames('import'),
    exportNames: makeExternNames('export'),
    importedTypes: new Set(),
    exportedTypes: new Set(),
    universals: [],
    created: [],
  };
}

/** The item at `index` of an index space, or a ValidationError. */
export function itemAt<T>(context: Context, space: readonly T[], index: number, what: string): T {
  const item = space[index];
  if (item === undefined) {
    const known = space.length === 0 ? 'there are none so far' : `there are ${space.length} so far`;
    return invalid(context, `${what} index ${index} is out of bounds: ${known}`);
  }
  return item;
}
