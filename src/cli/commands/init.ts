/** `moonwit init`: a folder that runs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { HostError } from '../../errors.js';
import type { CliCommand } from '../command.js';
import { shownPath } from '../io.js';
import { ownName } from '../own-name.js';

const FILES: Readonly<Record<string, string>> = {
  'registry/_index.yaml': `version: "1.0"
namespace: app

entries:
  # WebAssembly as text, with its types as WIT.
  - name: add
    kind: function.wat
    source: |
      (module
        (func (export "add") (param i32 i32) (result i32)
          local.get 0
          local.get 1
          i32.add))
    wit: |
      add: func(a: s32, b: s32) -> s32;
    method: add
    pool:
      type: inline

  # A function in Lua: its source returns it.
  - name: hello
    kind: function.lua
    source: file://hello.lua
    method: hello
    modules: [funcs]
`,
  'registry/hello.lua': `local funcs = require("funcs")

return {
  hello = function(name)
    local sum, err = funcs.call("app:add", utf8.len(name), 1)
    if err then error(err) end
    return "Hello, " .. name .. "! With the exclamation mark your name has " .. sum .. " letters."
  end,
}
`,
  'main.lua': `local sum, err = funcs.call("app:add", 2, 3)
if err then error(err) end
print("2 + 3 = " .. sum)

local greeting
greeting, err = funcs.call("app:hello", "Ada")
if err then error(err) end
print(greeting)
`,
};

export const init: CliCommand = {
  name: 'init',
  arguments: '[dir]',
  summary: 'make a folder that runs: a registry, a script',
  description:
    'Writes a registry with one WebAssembly and one Lua function, and a script that calls them. Overwrites nothing.',
  argumentHelp: { dir: 'the folder to write into (default: here)' },
  options: [],
  examples: [
    ['in a new folder', 'moonwit init hello && cd hello && moonwit run main.lua'],
    ['here', 'moonwit init'],
  ],
  async run([dir = '.'], _flags, io) {
    const folder = resolve(io.cwd, dir as string);
    for (const [name, text] of Object.entries(FILES)) await writeNew(join(folder, name), text);
    const shown = shownPath(folder, io);
    for (const name of Object.keys(FILES)) io.out(`wrote ${join(shown, name)}\n`);
    const name = ownName(io);
    io.out(`\nNow run:\n${shown === '' ? '' : `  cd ${shown}\n`}  ${name} run main.lua\n  ${name} list\n`);
    return 0;
  },
};

/** @throws HostError AlreadyExists, when there is a file */
async function writeNew(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new HostError('AlreadyExists', `${path} is there already: name another folder, or move it away`);
  }
}
