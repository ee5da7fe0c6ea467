import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHost } from '../../src/host/host.js';
import { guestEntry, registryOf } from './guests.js';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'moonwit-host-files-')));
  writeFileSync(join(folder, 'in.txt'), 'from the host');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const READER = `
local fs = require("fs")
return function(name)
  local files, err = fs.get(name)
  if not files then return nil, err end
  files:write_file("lua.txt", files:read_file("in.txt"):upper())
  local names = {}
  for entry in files:readdir("/") do names[#names + 1] = entry.name end
  return names
end`;

function registry() {
  const wasi = {
    mounts: [
      { fs: 'files', guest: '/data' },
      { fs: 'files', guest: '/ro', read_only: true },
    ],
  };
  const imports = ['wasi:filesystem', 'wasi:io', 'wasi:clocks'];
  return registryOf(
    { name: 'files', kind: 'fs.directory', directory: folder },
    { name: 'new', kind: 'fs.directory', directory: join(folder, 'made'), auto_init: true },
    { name: 'reader', kind: 'function.lua', source: READER, method: 'reader', modules: ['fs'] },
    guestEntry('attempts', 'attempts', 'attempts', { imports, wasi }),
  );
}

test('a Lua function reads and writes the filesystems of its registry', async () => {
  const host = await createHost({ registry: registry() });
  try {
    expect(await host.call('t:reader', ['files'])).toEqual(['in.txt', 'lua.txt']);
    expect(readFileSync(join(folder, 'lua.txt'), 'utf8')).toBe('FROM THE HOST');
    await expect(host.call('t:reader', ['other:files'])).rejects.toMatchObject({
      kind: 'NotFound',
      message: expect.stringContaining('filesystem not found: other:files'),
    });
  } finally {
    await host.close();
  }
});

test('a script finds a filesystem by its ID, and auto_init makes its folder', async () => {
  const script = join(folder, 'script.lua');
  writeFileSync(
    script,
    'local files = fs.get("t:new") files:write_file("x", "y") return files:read_file("x"), fs.get("new") == nil',
  );
  const host = await createHost({ registry: registry() });
  try {
    expect(await host.run(script)).toEqual(['y', true]);
    expect(readFileSync(join(folder, 'made/x'), 'utf8')).toBe('y');
  } finally {
    await host.close();
  }
});

test('a guest reads and writes its mounts, one of them read-only', async () => {
  const host = await createHost({ registry: registry() });
  try {
    const steps = [
      ['read', '0:in.txt', ''],
      ['write', '0:guest.txt', 'by a guest'],
      ['read', '1:guest.txt', ''],
      ['write', '1:guest.txt', 'x'],
      ['read', '0:../in.txt', ''],
    ];
    expect(await host.call('t:attempts', [steps])).toEqual([
      { ok: 'from the host' },
      { ok: '' },
      { ok: 'by a guest' },
      { err: 'read-only' },
      { err: 'not-permitted' },
    ]);
    expect(readFileSync(join(folder, 'guest.txt'), 'utf8')).toBe('by a guest');
  } finally {
    await host.close();
  }
});
