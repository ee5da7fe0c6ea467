/**
 * Regular expressions of strangers. The engine of JavaScript backtracks, so a short pattern may run for years: matching happens
 * under a time limit that V8 enforces. Only what RE2 has as well is accepted, so that patterns stay portable.
 */

import { createContext, runInContext } from 'node:vm';
import { HostError } from '../errors.js';

const MAX_PATTERN_LENGTH = 1000;
/** For all texts of one search together. */
const MAX_MATCH_MS = 200;

/** What RE2 refuses, and what would take exponential time: groups that look around, and references to groups. */
const NOT_IN_RE2 = /^(?:\(\?[=!]|\(\?<[=!]|\\[1-9]|\\k)/;
const FLAGS = /^\(\?([ims]+)\)/;

export function nodeMatcher(): (pattern: string, texts: readonly string[]) => boolean[] {
  const context: { expression: RegExp | null; texts: readonly string[] } = { expression: null, texts: [] };
  let made = false;
  return (pattern, texts) => {
    context.expression = compile(pattern);
    context.texts = texts;
    if (!made) createContext(context);
    made = true;
    try {
      const found = runInContext('texts.map((text) => expression.test(text))', context, { timeout: MAX_MATCH_MS });
      return found as boolean[];
    } catch (thrown) {
      throw badPattern(pattern, `matching failed: ${(thrown as Error).message}`);
    }
  };
}

function compile(pattern: string): RegExp {
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw badPattern(pattern.slice(0, 60), `it is longer than ${MAX_PATTERN_LENGTH} characters`);
  }
  const flags = FLAGS.exec(pattern);
  const body = translated(pattern, flags?.[0].length ?? 0);
  try {
    return new RegExp(body, `u${[...new Set(flags?.[1] ?? '')].join('')}`);
  } catch (thrown) {
    throw badPattern(pattern, (thrown as Error).message.replace(/^.*\/[imsu]*: /s, ''));
  }
}

/** RE2's `(?P<name>` as JavaScript writes it. */
function translated(pattern: string, start: number): string {
  let body = '';
  let inClass = false;
  for (let at = start; at < pattern.length; at++) {
    const ahead = pattern.slice(at, at + 4);
    const foreign = inClass ? null : NOT_IN_RE2.exec(ahead);
    if (foreign !== null) throw badPattern(pattern, `${foreign[0]} is not supported`);
    const character = pattern[at]!;
    if (character === '\\') {
      body += pattern.slice(at, at + 2);
      at++;
    } else if (!inClass && ahead === '(?P<') {
      body += '(?<';
      at += 3;
    } else {
      if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
      body += character;
    }
  }
  return body;
}

function badPattern(pattern: string, problem: string): HostError {
  return new HostError('Invalid', `bad pattern "${pattern}": ${problem}`, { retryable: false, details: { pattern } });
}
