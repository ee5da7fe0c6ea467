/** Hosts that close with their test, and entries of Lua for them. */
import { createHost } from '../../src/host/host.js';
import type { Host, HostOptions } from '../../src/host/types.js';

export async function withHost<T>(options: HostOptions, use: (host: Host) => Promise<T>): Promise<T> {
  const host = await createHost(options);
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

export function luaEntry(name: string, fn: string, more: object = {}): object {
  const source = `return { ${name} = ${fn} }`;
  return { name, kind: 'function.lua', source, method: name, modules: ['funcs'], ...more };
}
