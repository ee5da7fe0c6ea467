/** Which functions of a binary get entries, and what those are called. */
import type { ComponentPlan, PlanFunction } from '../component/types.js';
import type { DescribedBinary } from '../engine/describe.js';
import { HostError } from '../errors.js';
import { functionName, matchMethod } from '../wit/path.js';
import type { WitFunction } from '../wit/types.js';
import { UsageError } from './io.js';

export interface EntryPlan {
  readonly name: string;
  readonly method: string;
  readonly signature: string;
}

/** What core modules export for whoever runs them: how they start, allocate and free. */
const FOR_HOSTS = /^(?:_initialize|cabi_realloc|canonical_abi_realloc|cabi_post_.*)$/;

/** @throws UsageError, for what no entry could be under */
export function checkNamespace(namespace: string): void {
  if (/^[A-Za-z][\w.-]*$/.test(namespace)) return;
  throw new UsageError(`--namespace ${namespace}: expected letters, digits, ".", "-" and "_"`);
}

/** @throws UsageError for a method that is no export */
export function chosenExports(plan: ComponentPlan, methods: readonly string[] | undefined): readonly PlanFunction[] {
  const callable = plan.exports.filter((each) => each.function.role.kind !== 'method');
  if (callable.length === 0) throw new HostError('Invalid', 'this binary exports no function: there is nothing to add');
  if (methods === undefined) {
    const wanted = plan.kind === 'module' ? callable.filter((each) => !FOR_HOSTS.test(each.path)) : callable;
    if (wanted.length === 0)
      throw new HostError('Invalid', 'this module exports only what its host needs of it: there is nothing to add');
    return wanted;
  }
  return methods.map((method) => {
    const candidates = callable.map((each) => ({
      each,
      path: each.path,
      interface: each.interface,
      name: functionName(each.function),
    }));
    const match = matchMethod(method, candidates);
    if (match.kind === 'found') return match.candidate.each;
    const known = match.paths.join(', ');
    throw new UsageError(
      `--method ${method}: ${match.kind === 'ambiguous' ? 'write one of' : 'the binary exports'} ${known}`,
    );
  });
}

/** `new_basket` for a constructor, `basket_merge` for a static function. */
function plainName({ name, role }: WitFunction): string {
  if (role.kind === 'constructor') return `new_${role.resource.name}`;
  return role.kind === 'freestanding' ? name : `${role.resource.name}_${name}`;
}

/** Functions of one name in several interfaces get the interface's short name in front. */
export function entriesOf(exports: readonly PlanFunction[], binary: DescribedBinary): EntryPlan[] {
  const count = new Map<string, number>();
  for (const { function: fn } of exports) {
    const name = snake(plainName(fn));
    count.set(name, (count.get(name) ?? 0) + 1);
  }
  const used = new Set<string>();
  return exports.map((each) => {
    const name = snake(plainName(each.function));
    const prefix = count.get(name) === 1 || each.interface === null ? '' : `${shortName(each.interface)}_`;
    let unique = snake(`${prefix}${name}`);
    while (used.has(unique)) unique += '_';
    used.add(unique);
    return { name: unique, method: each.path, signature: binary.signature(each) };
  });
}

/** `iface` of `ns:pkg/iface@1.2.3`. */
function shortName(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1).replace(/@.*$/, '');
}

/** `transform-users` as `transform_users`: what one writes in Lua. */
export function snake(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  return /^[A-Za-z]/.test(plain) ? plain : `f_${plain}`;
}
