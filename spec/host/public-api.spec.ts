/** What the package exports: everything of it says what it is, and docs/api.md names each option that there is. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from './guests.js';

const SRC = join(ROOT, 'src');
const read = (file: string): string => readFileSync(file, 'utf8');

interface Declaration {
  readonly name: string;
  readonly file: string;
  /** From its first line to its last; sources are formatted, so that only the last begins with a brace. */
  readonly lines: readonly string[];
  readonly isDocumented: boolean;
}

/** Every declaration that `index.ts` passes on. */
const exported: readonly Declaration[] = [
  ...read(join(SRC, 'index.ts')).matchAll(/^export (?:type )?\{([^}]+)\} from '(.+)\.js';/gm),
]
  .flatMap(([, names = '', path = '']) =>
    names.split(',').map((name) => [name.replace('type ', '').trim(), path] as const),
  )
  .filter(([name]) => name !== '')
  .map(([name, path]) => declarationOf(name, join(SRC, `${path}.ts`)));

function declarationOf(name: string, file: string): Declaration {
  const all = read(file).split('\n');
  const start = all.findIndex((line) =>
    new RegExp(`^export (?:interface|type|const|class|function|async function) ${name}\\b`).test(line),
  );
  if (start < 0) throw new Error(`${name} is not declared in ${file}`);
  const isWhole = /[;}]$/.test(all[start]!);
  const end = isWhole ? start : all.findIndex((line, at) => at > start && /^[\]})]/.test(line));
  const isDocumented = all[start - 1]!.endsWith('*/') || all[start - 1]!.startsWith('// biome-ignore');
  return { name, file, lines: all.slice(start, end + 1), isDocumented };
}

/** Fields and methods, each with whether a comment stands in front of it. */
function membersOf({ lines }: Declaration): { readonly name: string; readonly isDocumented: boolean }[] {
  if (!/^export (?:interface|class)/.test(lines[0]!)) return [];
  return lines.flatMap((line, at) => {
    const [, name] = /^ {2}(?:readonly |static )?(\w+)[?!]?[:(<]/.exec(line) ?? [];
    if (name === undefined || name === 'constructor' || line.includes('private ')) return [];
    return [{ name, isDocumented: lines[at - 1]!.trimEnd().endsWith('*/') }];
  });
}

function fieldsOf(name: string, file: string): string[] {
  const declaration = declarationOf(name, join(SRC, file));
  const [, base] = /extends (\w+Options) /.exec(declaration.lines[0]!) ?? [];
  const inherited = base === undefined ? [] : fieldsOf(base, homeOf(base));
  return [...inherited, ...membersOf(declaration).map((each) => each.name)];
}

/** The only file that declares it. */
function homeOf(name: string): string {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.find((file) => read(join(SRC, file)).includes(`export interface ${name} `))!;
}

describe('the public API', () => {
  test('is found whole by this spec', () => {
    const names = exported.map((each) => each.name);
    expect(names).toContain('createHost');
    expect(names).toContain('HostOptions');
    expect(names.length).toBeGreaterThan(30);
    expect(membersOf(exported.find((each) => each.name === 'Host')!).map((each) => each.name)).toContain('call');
  });

  test.each(exported.map((each) => [each.name, each] as const))(
    '%s says what it is, and so do its members',
    (_, each) => {
      expect(each.isDocumented).toBe(true);
      expect(membersOf(each).filter((member) => !member.isDocumented)).toEqual([]);
    },
  );
});

describe('docs/api.md', () => {
  const text = read(join(dirname(SRC), 'docs/api.md'));
  const section = (title: string): string => text.slice(text.indexOf(`## ${title}`)).split('\n## ')[0]!;
  /** Names in the first column of a section's table of options. */
  const listed = (title: string): string[] =>
    [...section(title).matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names]) =>
      [...names!.matchAll(/\w+/g)].map(String),
    );
  const braced = (title: string, start: string): string[] => {
    const part = section(title);
    const [, names = ''] = /^[^}]*?\{([^}]+)\}/.exec(part.slice(part.indexOf(start))) ?? [];
    return names.split(', ');
  };

  test.each([
    ['createHost', 'HostOptions', 'host/types.ts'],
    ['serveHttp', 'ServeHostOptions', 'host/http.ts'],
  ])('lists the options of %s, and no others', (title, type, file) => {
    expect(listed(title).sort()).toEqual(fieldsOf(type, file).sort());
  });

  test.each([
    ['host.call', '`host.call(id, args, {', 'CallHostOptions'],
    ['host.run', '`host.run(file, {', 'RunOptions'],
    ['host.run', '`{luaMs', 'ScriptLimits'],
  ])('%s: %s…} has the fields of %s', (title, start, type) => {
    expect(braced(title, start).sort()).toEqual(fieldsOf(type, 'host/types.ts').sort());
  });

  test('has every method of a host', () => {
    for (const name of fieldsOf('Host', 'host/types.ts')) expect(text).toContain(`host.${name}(`);
  });
});
