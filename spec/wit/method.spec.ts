/** What a `method:` field may say. */
import { describe, expect, test } from 'vitest';
import { parseWit } from '../../src/wit/parse.js';
import { functionPath, matchMethod, parseMethod } from '../../src/wit/path.js';

const candidates = [
  functionOf(null, 'transform-users'),
  functionOf('my:app/test-sleep@1.2.3', 'sleep-ms'),
  functionOf('my:app/test-sleep@1.2.3', '[method]counter.increment'),
  functionOf('my:app/store@1.0.0', 'get'),
  functionOf('my:app/store@2.0.0', 'get'),
  functionOf('other:app/store', 'put'),
  functionOf('plain', 'get-all'),
];

function functionOf(id: string | null, name: string): { interface: string | null; path: string; name: string } {
  return { interface: id, name, path: id === null ? name : `${id}#${name}` };
}

describe('functionPath()', () => {
  test('names plain functions, constructors, methods and static functions as components do', () => {
    const [item] = parseWit(`package a:b@1.0.0; interface i {
      resource counter { constructor(); increment: func(); merge: static func(); }
      plain: func();
    }`).interfaces;
    expect(item!.functions.map((fn) => functionPath(item!.id, fn))).toEqual([
      'a:b/i@1.0.0#[constructor]counter',
      'a:b/i@1.0.0#[method]counter.increment',
      'a:b/i@1.0.0#[static]counter.merge',
      'a:b/i@1.0.0#plain',
    ]);
    expect(functionPath(null, item!.functions[3]!)).toBe('plain');
  });
});

describe('parseMethod()', () => {
  test.each<[string, string | null, string]>([
    ['answer', null, 'answer'],
    ['test-sleep#sleep-ms', 'test-sleep', 'sleep-ms'],
    ['ns:pkg/iface@1.2.3#name', 'ns:pkg/iface@1.2.3', 'name'],
    ['i#[method]counter.increment', 'i', '[method]counter.increment'],
    ['', null, ''],
    ['#', '', ''],
  ])('%j is interface %j and name %j', (text, id, name) => {
    expect(parseMethod(text)).toEqual({ interface: id, name });
  });
});

describe('matchMethod() finds', () => {
  test.each<[string, string]>([
    ['transform-users', 'transform-users'],
    ['my:app/test-sleep@1.2.3#sleep-ms', 'my:app/test-sleep@1.2.3#sleep-ms'],
    ['my:app/test-sleep#sleep-ms', 'my:app/test-sleep@1.2.3#sleep-ms'],
    ['test-sleep#sleep-ms', 'my:app/test-sleep@1.2.3#sleep-ms'],
    ['test-sleep@1.2.3#sleep-ms', 'my:app/test-sleep@1.2.3#sleep-ms'],
    ['sleep-ms', 'my:app/test-sleep@1.2.3#sleep-ms'],
    ['test-sleep#[method]counter.increment', 'my:app/test-sleep@1.2.3#[method]counter.increment'],
    ['store#put', 'other:app/store#put'],
    ['store@2.0.0#get', 'my:app/store@2.0.0#get'],
    ['plain#get-all', 'plain#get-all'],
  ])('%j as %j', (text, path) => {
    expect(matchMethod(text, candidates)).toEqual({ kind: 'found', candidate: expect.objectContaining({ path }) });
  });

  test('a world function before an interface function of the same name', () => {
    const both = [functionOf('a:b/i', 'run'), functionOf(null, 'run')];
    expect(matchMethod('run', both)).toMatchObject({ kind: 'found', candidate: { path: 'run' } });
  });
});

describe('matchMethod() refuses', () => {
  test.each(['get', 'store#get', 'my:app/store#get'])('%j, which two functions fit, and lists both', (text) => {
    const paths = ['my:app/store@1.0.0#get', 'my:app/store@2.0.0#get'];
    expect(matchMethod(text, candidates)).toEqual({ kind: 'ambiguous', paths });
  });

  test.each<[string, string | null]>([
    ['transform_users', 'transform-users'],
    ['test-sleep#sleep_ms', 'my:app/test-sleep@1.2.3#sleep-ms'],
    ['tests-sleep#sleep-ms', 'my:app/test-sleep@1.2.3#sleep-ms'],
    ['test-sleep#increment', 'my:app/test-sleep@1.2.3#[method]counter.increment'],
    ['test-sleep@9.9.9#sleep-ms', 'my:app/test-sleep@1.2.3#sleep-ms'],
    ['another:app/store#put', 'other:app/store#put'],
    ['nothing-like-it', null],
    ['', null],
  ])('%j, with %j as the nearest', (text, suggestion) => {
    const paths = candidates.map(({ path }) => path);
    expect(matchMethod(text, candidates)).toEqual({ kind: 'not-found', paths, suggestion });
  });
});
