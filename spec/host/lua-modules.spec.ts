/** What a host passes to its Lua: the registry to read, and the log. */

import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import type { LogRecord } from '../../src/lua/platform.js';

const YAML = `
namespace: app
meta: {team: core}
entries:
  - name: answer
    kind: function.wat
    source: file://answer.wat
    method: answer
    pool: {type: inline}
    meta: {opaqueKind: error, tags: [a, b]}
  - name: look
    kind: function.lua
    method: look
    modules: [registry, logger]
    source: |
      return { look = function(id)
        logger:named("look"):info("looking", {id = id})
        return registry.get(id)
      end }
`;

function project(): { registry: string; script: (text: string) => string } {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-modules-'));
  mkdirSync(join(folder, 'registry'));
  writeFileSync(join(folder, 'registry', 'app.yaml'), YAML);
  writeFileSync(join(folder, 'registry', 'answer.wat'), '(module (func (export "answer") (result i32) i32.const 42))');
  const script = (text: string): string => {
    writeFileSync(join(folder, 'script.lua'), text);
    return join(folder, 'script.lua');
  };
  return { registry: join(folder, 'registry'), script };
}

test('a function reads entries as they are written, texts of files and the document’s meta included', async () => {
  await using host = await createHost({ registry: project().registry, log: () => {} });
  expect(await host.call('app:look', ['app:answer'])).toEqual({
    id: 'app:answer',
    kind: 'function.wat',
    meta: { team: 'core', opaqueKind: 'error', tags: ['a', 'b'] },
    data: {
      method: 'answer',
      pool: { type: 'inline' },
      source: '(module (func (export "answer") (result i32) i32.const 42))',
    },
  });
});

test('a script finds what the host loaded', async () => {
  const { registry, script } = project();
  await using host = await createHost({ registry });
  const file = script(
    'local found = registry.find({["meta.team"] = "core", [".kind"] = "*.lua"}) return #found, found[1].id',
  );
  expect(await host.run(file)).toEqual([1, 'app:look']);
});

test('a host without a registry has no entries', async () => {
  await using host = await createHost({ functions: { 'a:b': () => 1 } });
  expect(await host.run(project().script('return #registry.find({}), registry.current_version():id()'))).toEqual([
    0, 1,
  ]);
});

test('`log` takes the records of functions and scripts, with who wrote them and where', async () => {
  const { registry, script } = project();
  const records: LogRecord[] = [];
  await using host = await createHost({ registry, log: (record) => records.push(record) });
  await host.call('app:look', ['app:look']);
  await host.run(script('\nlogger:warn("w")'));
  expect(records).toEqual([
    {
      level: 'info',
      message: 'looking',
      logger: 'look',
      pid: expect.stringMatching(/^\{local\|\d+\}$/),
      location: 'app:look:2',
      fields: { id: 'app:look' },
    },
    expect.objectContaining({ level: 'warn', message: 'w', location: 'script.lua:2', fields: {} }),
  ]);
});
