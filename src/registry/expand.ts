/**
 * `${env:NAME}`, `${env:NAME|default}`, `${NAME|default}` and `$${` in values of entries: replaced by what the process's
 * environment holds when the registry is loaded. Code, texts behind `file://` and `meta` stay as they are written.
 */

import type { ProblemFacts } from './facts.js';
import { clip, type DocNode, type ScalarNode } from './nodes.js';

type ProcessEnv = { readonly [name: string]: string | undefined };

export type Expanded =
  | { readonly ok: true; readonly value: string }
  | { readonly ok: false; readonly facts: ProblemFacts };

/** The values of one load by the scalar that they stand in. */
export interface Expansions {
  /** Null where there is nothing to replace. */
  of(node: DocNode): Expanded | null;
}

/** In all values together. */
const MAX_CHARACTERS = 16 * 1024 * 1024;
const REFERENCE = /\$\$\{|\$\{(env:)?([^{}|]*)(?:\|([^{}]*))?\}/g;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export function expansions(env: ProcessEnv): Expansions {
  const known = new WeakMap<DocNode, Expanded>();
  let left = MAX_CHARACTERS;
  const expand = (node: ScalarNode & { readonly value: string }): Expanded => {
    const expanded = expandText(node.value, env);
    if (!expanded.ok) return expanded;
    left -= expanded.value.length;
    return left >= 0 ? expanded : { ok: false, facts: TOO_MUCH };
  };
  return {
    of: (node) => {
      if (node.type !== 'scalar' || typeof node.value !== 'string' || !node.value.includes('${')) return null;
      if (node.value.startsWith('file://')) return null;
      let expanded = known.get(node);
      if (expanded === undefined) {
        expanded = expand(node as ScalarNode & { readonly value: string });
        known.set(node, expanded);
      }
      return expanded;
    },
  };
}

const TOO_MUCH: ProblemFacts = {
  code: 'too-large',
  message: `values from the process environment hold more than ${MAX_CHARACTERS} characters in all`,
};

function expandText(text: string, env: ProcessEnv): Expanded {
  let fault: ProblemFacts | null = null;
  const value = text.replace(REFERENCE, (written, marker: string | undefined, name: string, fallback?: string) => {
    if (written === '$${') return '${';
    if (marker === undefined && fallback === undefined) return written;
    if (!NAME.test(name)) {
      fault ??= badName(written);
      return '';
    }
    // The process's environment is the author's own: an empty value of it is a value.
    const found = Object.hasOwn(env, name) ? env[name] : undefined;
    if (found === undefined && fallback === undefined) fault ??= missing(name);
    return found ?? fallback ?? '';
  });
  return fault === null ? { ok: true, value } : { ok: false, facts: fault };
}

function badName(written: string): ProblemFacts {
  return {
    code: 'invalid-value',
    message: `not a reference to the process environment: ${clip(written, 60)}`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the notation itself
    expected: '${env:NAME}, ${env:NAME|default} or ${NAME|default}; $${ writes ${',
  };
}

function missing(name: string): ProblemFacts {
  return {
    code: 'missing-environment',
    message: `the process environment has no ${clip(name, 100)}`,
    expected: `the variable to be set, or a default: \${env:${clip(name, 100)}|default}`,
  };
}

/** A value of the environment as what an unquoted YAML scalar of that text would be. */
export function typedValue(text: string): string | number | boolean {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/.test(text) ? Number(text) : text;
}
