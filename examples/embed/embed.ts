// Moonwit inside a TypeScript program: a registry as objects, functions of our own, and Lua that uses both.
import { createHost, HostError } from 'moonwit';

interface User {
  id: number;
  name: string;
  tags: string[];
  active: boolean;
}

const prices = new Map([
  ['apple', 40],
  ['pear', 55],
]);

await using host = await createHost({
  registry: {
    namespace: 'shop',
    entries: [
      {
        name: 'total',
        kind: 'function.wat',
        source: `(module
          (func (export "total") (param i32 i32) (result i32)
            (i32.mul (local.get 0) (local.get 1))))`,
        wit: 'total: func(price: u32, count: u32) -> u32;',
        method: 'total',
      },
      {
        name: 'quote',
        kind: 'function.lua',
        source: `
          local funcs = require("funcs")
          return {
            quote = function(item, count)
              local price, err = funcs.call("app:price", item)
              if err then return nil, err end
              return {item = item, total = funcs.call("shop:total", price, count)}
            end,
          }`,
        method: 'quote',
        modules: ['funcs'],
      },
    ],
  },
  functions: {
    // Async functions are called from Lua as if they were not.
    'app:price': async (item: string) => {
      const price = prices.get(item);
      if (price === undefined) throw new HostError('NotFound', `no such item: ${item}`);
      return price;
    },
  },
});

console.log(await host.call<number>('shop:total', [40, 3]));
console.log(await host.call<{ item: string; total: number }>('shop:quote', ['pear', 2]));

try {
  await host.call('shop:quote', ['melon', 1]);
} catch (error) {
  if (!(error instanceof HostError)) throw error;
  console.log(`${error.kind}: ${error.message}`);
}

// A folder serves as well as objects. `registry` here is the sample of the repository.
await using sample = await createHost({ registry: new URL('../../registry', import.meta.url).pathname });
const users: User[] = [
  { id: 1, name: 'Alice', tags: ['admin', 'dev'], active: true },
  { id: 2, name: 'Bob', tags: ['user'], active: false },
];
const active = await sample.call<User[]>('myns:filter_active', [users], { timeout: 1000 });
console.log(active.map((user) => user.name));
