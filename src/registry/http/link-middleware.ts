/** The middleware that an entry lists, with its options: names that are none, options that belong to nothing. */
import type { Draft, LoadContext } from '../drafts.js';
import type { ProblemFacts } from '../facts.js';
import type { FieldPath } from '../nodes.js';
import { placeProblem } from '../problems.js';
import type { Middleware } from './middleware.js';
import { MIDDLEWARE, MIDDLEWARE_NOT_BUILT, optionNames, readMiddleware } from './middleware-options.js';

/** What two fields of an entry say: the list, and the options of what it lists. */
interface ChainFields {
  readonly names: 'middleware' | 'postMiddleware';
  readonly options: 'options' | 'postOptions';
  /** As they are written. */
  readonly namesField: string;
  readonly optionsField: string;
}

export const CHAIN: ChainFields = {
  names: 'middleware',
  options: 'options',
  namesField: 'middleware',
  optionsField: 'options',
};
export const POST_CHAIN: ChainFields = {
  names: 'postMiddleware',
  options: 'postOptions',
  namesField: 'post_middleware',
  optionsField: 'post_options',
};

/** Reports what is wrong; the answer is what could be read. */
export function linkChain(draft: Draft, fields: ChainFields, cx: LoadContext): readonly Middleware[] {
  const names = draft.fields.values[fields.names] as readonly string[] | undefined;
  const options = draft.fields.values[fields.options] as Readonly<Record<string, string>> | undefined;
  if (names === undefined || options === undefined) return [];
  const report = (path: FieldPath, facts: ProblemFacts, at?: 'key'): void =>
    cx.problems.push(placeProblem(draft.raw.origin, path, facts, at));
  const known: string[] = [];
  for (const [index, name] of names.entries()) {
    const facts = nameFault(name, names.indexOf(name) < index, cx);
    if (facts === null) known.push(name);
    else report([fields.namesField, index], facts);
  }
  for (const option of Object.keys(options)) {
    const facts = optionFault(option, names, fields, cx);
    if (facts !== null) report([fields.optionsField, option], facts, 'key');
  }
  return known.map((name) =>
    readMiddleware(name, {
      options,
      report: (option, facts) => {
        const code = facts.got === undefined ? 'required' : 'invalid-value';
        const path = Object.hasOwn(options, option)
          ? [fields.optionsField, option]
          : [fields.namesField, names.indexOf(name)];
        report(path, { code, ...facts });
      },
      refer: (option, written, kinds, missing) => {
        const id = written.includes(':') ? written : `${draft.raw.namespace}:${written}`;
        draft.references.push({ path: [fields.optionsField, option], id, kinds, missing });
        return id;
      },
    }),
  );
}

function nameFault(name: string, isRepeated: boolean, cx: LoadContext): ProblemFacts | null {
  if (Object.hasOwn(MIDDLEWARE_NOT_BUILT, name)) {
    const message = `failed to create middleware: ${name} is documented but not built yet: it needs ${MIDDLEWARE_NOT_BUILT[name]}`;
    return { code: 'kind-not-built', message, expected: `one of ${MIDDLEWARE.join(', ')}` };
  }
  if (!MIDDLEWARE.includes(name)) {
    const message = `failed to create middleware: middleware not found: ${name.slice(0, 60)}`;
    const expected = `one of ${MIDDLEWARE.join(', ')}`;
    const all = (): string[] => [...MIDDLEWARE, ...Object.keys(MIDDLEWARE_NOT_BUILT)];
    return { code: 'unknown-middleware', message, expected, ...cx.problems.suggest(name, all) };
  }
  return isRepeated ? { code: 'duplicate-value', message: `middleware ${name} is listed twice` } : null;
}

function optionFault(
  option: string,
  names: readonly string[],
  fields: ChainFields,
  cx: LoadContext,
): ProblemFacts | null {
  const owner = option.split('.', 1)[0]!;
  // Said at the middleware's own name.
  if (Object.hasOwn(MIDDLEWARE_NOT_BUILT, owner) && names.includes(owner)) return null;
  const listed = names.flatMap(optionNames);
  if (listed.includes(option)) return null;
  const code = 'unknown-field';
  if (optionNames(owner).includes(option)) {
    const message = `option ${option} is of ${owner}, which ${fields.namesField} does not list`;
    return { code, message, expected: `${owner} in ${fields.namesField}, or no such option` };
  }
  const message = `${fields.optionsField} has no option ${JSON.stringify(option.slice(0, 60))}`;
  const expected =
    listed.length === 0 ? 'no options: no middleware that has any is listed' : `one of ${listed.join(', ')}`;
  return { code, message, expected, ...cx.problems.suggest(option, () => listed) };
}
