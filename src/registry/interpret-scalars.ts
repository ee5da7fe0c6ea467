/** Readers of single values: text, numbers, choices, references. */

import type { ProblemFacts } from './facts.js';
import { MAX_ID_LENGTH } from './limits.js';
import { clip, type DocNode, describeNode, type FieldPath, formatFieldPath } from './nodes.js';
import { blockIndent, locate } from './positions.js';
import { INVALID, type ReadContext, report, requiredFacts, wrongType } from './read-context.js';
import type { CodeText } from './schema.js';

export function readText(node: DocNode, path: FieldPath, cx: ReadContext): string | typeof INVALID {
  if (node.type !== 'scalar' || typeof node.value !== 'string') {
    const quoted = node.type === 'scalar' && node.value !== null ? JSON.stringify(clip(node.written, 60)) : undefined;
    return wrongType(cx, path, node, 'text', quoted);
  }
  const fault = cx.textFault(node);
  if (fault !== null) return reportFile(fault, path, cx);
  return cx.origin.textOf(node)?.source.text ?? node.value;
}

export function reportFile(fault: ProblemFacts, path: FieldPath, cx: ReadContext): typeof INVALID {
  if (cx.reportedFiles.has(fault.message)) return INVALID;
  cx.reportedFiles.add(fault.message);
  return report(cx, path, fault);
}

export function readFilled(node: DocNode, filled: boolean, path: FieldPath, cx: ReadContext): string | typeof INVALID {
  const text = readText(node, path, cx);
  return filled && text !== INVALID && text.trim() === '' ? report(cx, path, requiredFacts(path)) : text;
}

export function readCode(node: DocNode, empty: string, path: FieldPath, cx: ReadContext): CodeText | typeof INVALID {
  const text = readText(node, path, cx);
  if (text === INVALID || node.type !== 'scalar') return INVALID;
  if (text.trim() === '') return report(cx, path, { code: 'required', message: empty });
  const behind = cx.origin.textOf(node);
  if (behind !== null) return { text, file: behind.source.file, line: 1, external: true };
  const source = cx.origin.source;
  const { line } = locate(source, node.span);
  const isBlock = node.style === 'literal' && blockIndent(source, line, text.split('\n')) !== null;
  return { text, file: source.file, line: isBlock ? line + 1 : line, external: false };
}

export function readWhole(
  node: DocNode,
  schema: { readonly max: number; readonly negative: string },
  path: FieldPath,
  cx: ReadContext,
): number | typeof INVALID {
  if (node.type !== 'scalar' || typeof node.value !== 'number') return wrongType(cx, path, node, 'a whole number');
  const value = node.value;
  const got = describeNode(node);
  const expected =
    schema.max === Number.MAX_SAFE_INTEGER ? 'a whole number, 0 or more' : `a whole number from 0 to ${schema.max}`;
  if (value < 0) return report(cx, path, { code: 'invalid-value', message: schema.negative, expected, got });
  if (Number.isInteger(value) && value <= schema.max) return value === 0 ? 0 : value;
  const message = `${formatFieldPath(path)} is ${Number.isInteger(value) ? 'too large' : 'not a whole number'}`;
  return report(cx, path, { code: 'invalid-value', message, expected, got });
}

export function readNumber(
  node: DocNode,
  schema: { readonly min: number; readonly max: number },
  path: FieldPath,
  cx: ReadContext,
): number | typeof INVALID {
  const expected = `a number from ${schema.min} to ${schema.max}`;
  if (node.type !== 'scalar' || typeof node.value !== 'number') return wrongType(cx, path, node, expected);
  if (node.value >= schema.min && node.value <= schema.max) return node.value;
  const message = `${formatFieldPath(path)} is out of range`;
  return report(cx, path, { code: 'invalid-value', message, expected, got: describeNode(node) });
}

export function readChoice(
  node: DocNode,
  schema: { readonly values: readonly string[]; readonly message: string },
  path: FieldPath,
  cx: ReadContext,
): string | typeof INVALID {
  const expected = schema.values.join(', ');
  if (node.type !== 'scalar' || typeof node.value !== 'string') return wrongType(cx, path, node, expected);
  const value = node.value;
  if (schema.values.includes(value)) return value;
  const facts = {
    code: 'invalid-value',
    message: schema.message,
    expected: `one of ${expected}`,
    got: describeNode(node),
  };
  return report(cx, path, { ...facts, ...cx.problems.suggest(value, () => schema.values) });
}

const ID = /^[\w.-]+(?::[\w.-]+)?$/;

export function readReference(
  node: DocNode,
  schema: {
    readonly kinds: readonly string[];
    readonly missing: string;
    readonly malformed?: string;
    readonly empty?: string;
  },
  path: FieldPath,
  cx: ReadContext,
): string | typeof INVALID {
  const text = readText(node, path, cx);
  if (text === INVALID) return INVALID;
  if (text.trim() === '') return report(cx, path, requiredFacts(path, schema.empty));
  const colon = text.indexOf(':');
  const id = colon === -1 ? `${cx.namespace}:${text}` : text;
  if (id.length > MAX_ID_LENGTH || !ID.test(text)) {
    const message = schema.malformed ?? `${formatFieldPath(path)} is not an entry's ID`;
    return report(cx, path, {
      code: 'invalid-value',
      message,
      expected: 'name or namespace:name',
      got: describeNode(node),
    });
  }
  cx.references.push({ path, id, kinds: schema.kinds, missing: schema.missing });
  return id;
}
