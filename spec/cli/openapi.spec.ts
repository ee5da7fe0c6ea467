import { describe, expect, test } from 'vitest';
import { folderWith } from './folders.js';
import { cli } from './run-cli.js';

describe('openapi', () => {
  const LUA = '  - {name: f, kind: function.lua, source: "return print", method: f}\n';

  test('of a registry without endpoints is an empty document, and a note beside it', async () => {
    const folder = folderWith({ 'registry/r.yaml': `namespace: app\nentries:\n${LUA}` });
    const { code, out, err } = await cli(['openapi'], { cwd: folder });
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/^note: \S*registry has no http\.endpoint: the document has no paths\n$/),
    });
    expect(JSON.parse(out)).toMatchObject({ openapi: expect.stringMatching(/^3\.1/), paths: {} });
  });

  test('of a registry with an endpoint is a document, and no note', async () => {
    const endpoint = '  - {name: e, kind: http.endpoint, method: GET, path: /f, func: f}\n';
    const folder = folderWith({ 'registry/r.yaml': `namespace: app\nentries:\n${LUA}${endpoint}` });
    const { code, out, err } = await cli(['openapi'], { cwd: folder });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(Object.keys((JSON.parse(out) as { paths: object }).paths)).toEqual(['/f']);
  });
});
