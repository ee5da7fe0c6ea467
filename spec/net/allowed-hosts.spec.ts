/** What patterns of `allowed_hosts` let through, and what they never do. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedHosts } from '../../src/net/allowed-hosts.js';

const PUBLIC = '93.184.215.14';
const PUBLIC_V6 = '2606:2800:21f:cb07::1';

test.each<[pattern: string, address: string, port: number, name: string | null, expected: boolean]>([
  // Names and ports.
  ['example.com', PUBLIC, 443, 'example.com', true],
  ['example.com', PUBLIC, 443, 'EXAMPLE.com.', true],
  ['Example.Com.', PUBLIC, 443, 'example.com', true],
  ['example.com', PUBLIC, 443, 'www.example.com', false],
  ['example.com', PUBLIC, 443, 'badexample.com', false],
  ['example.com', PUBLIC, 443, null, false],
  ['example.com:443', PUBLIC, 443, 'example.com', true],
  ['example.com:443', PUBLIC, 444, 'example.com', false],
  ['*.example.com', PUBLIC, 80, 'a.example.com', true],
  ['*.example.com', PUBLIC, 80, 'a.b.example.com', true],
  ['*.example.com', PUBLIC, 80, 'example.com', false],
  ['*.example.com', PUBLIC, 80, 'aexample.com', false],
  ['*.example.com:80', PUBLIC, 81, 'a.example.com', false],
  // Addresses and ranges.
  [PUBLIC, PUBLIC, 1, null, true],
  [`${PUBLIC}:80`, PUBLIC, 80, null, true],
  [`${PUBLIC}:80`, PUBLIC, 81, null, false],
  ['93.184.215.0/24', PUBLIC, 80, null, true],
  ['93.184.214.0/24', PUBLIC, 80, null, false],
  [PUBLIC_V6, PUBLIC_V6, 80, null, true],
  [`[${PUBLIC_V6}]:80`, PUBLIC_V6, 80, null, true],
  [`[${PUBLIC_V6}]:80`, PUBLIC_V6, 81, null, false],
  ['2606:2800::/32', PUBLIC_V6, 80, null, true],
  ['0.0.0.0/0', PUBLIC, 80, null, true],
  ['0.0.0.0/0', PUBLIC_V6, 80, null, false],
  ['::/0', PUBLIC_V6, 80, null, true],
  // A range of everything names nothing special.
  ['0.0.0.0/0', '127.0.0.1', 80, null, false],
  ['0.0.0.0/0', '10.0.0.1', 80, null, false],
  ['0.0.0.0/0', '169.254.169.254', 80, null, false],
  ['0.0.0.0/0', '100.64.0.1', 80, null, false],
  ['0.0.0.0/0', '224.0.0.1', 80, null, false],
  ['0.0.0.0/0', '0.0.0.0', 80, null, false],
  ['0.0.0.0/0', '255.255.255.255', 80, null, false],
  ['::/0', '::1', 80, null, false],
  ['::/0', 'fe80::1', 80, null, false],
  ['::/0', 'fd00::1', 80, null, false],
  ['::/0', '::ffff:127.0.0.1', 80, null, false],
  ['::/0', '::ffff:93.184.215.14', 80, null, false],
  ['::/0', '64:ff9b::7f00:1', 80, null, false],
  ['::/0', '4000::1', 80, null, false],
  // Special ranges, where they are named.
  ['127.0.0.1', '127.0.0.1', 80, null, true],
  ['127.0.0.0/8', '127.9.9.9', 80, null, true],
  ['126.0.0.0/7', '127.0.0.1', 80, null, false],
  ['10.0.0.0/8', '10.1.2.3', 80, null, true],
  ['10.1.0.0/16', '10.2.0.0', 80, null, false],
  ['172.16.0.0/12', '172.31.255.255', 80, null, true],
  ['172.16.0.0/11', '172.16.0.1', 80, null, false],
  ['169.254.169.254:80', '169.254.169.254', 80, null, true],
  ['::1', '::1', 80, null, true],
  ['fc00::/7', 'fd12::1', 80, null, true],
  ['fc00::/6', 'fd12::1', 80, null, false],
  ['0.0.0.0:8080', '0.0.0.0', 8080, null, true],
  // A mapped address is the IPv4 address that it holds, and either notation names it.
  ['127.0.0.1', '::ffff:127.0.0.1', 80, null, true],
  ['[::ffff:127.0.0.1]:80', '127.0.0.1', 80, null, true],
  ['::ffff:127.0.0.0/104', '::ffff:127.0.0.9', 80, null, true],
  ['::ffff:0:0/96', '127.0.0.1', 80, null, false],
  // What names may stand for.
  ['localhost', '127.0.0.1', 80, 'localhost', true],
  ['localhost:8080', '::1', 8080, 'localhost', true],
  ['localhost:8080', '127.0.0.1', 8081, 'localhost', false],
  ['localhost', '10.0.0.1', 80, 'localhost', false],
  ['db.internal:5432', '10.0.0.5', 5432, 'db.internal', true],
  ['db.internal:5432', 'fd00::5', 5432, 'db.internal', true],
  ['db.internal:5432', '100.64.0.5', 5432, 'db.internal', true],
  ['db.internal', '10.0.0.5', 5432, 'db.internal', false],
  ['*.internal:5432', '10.0.0.5', 5432, 'db.internal', false],
  ['db.internal:5432', '127.0.0.1', 5432, 'db.internal', false],
  ['db.internal:80', '169.254.169.254', 80, 'db.internal', false],
  ['db.internal:80', '::ffff:10.0.0.5', 80, 'db.internal', false],
  ['db.internal:80', '0.0.0.0', 80, 'db.internal', false],
  // A public IPv4 address behind a translator is public.
  ['example.com', '64:ff9b::5db8:d70e', 80, 'example.com', true],
  // What is no address is reached by nobody.
  ['0.0.0.0/0', '127.1', 80, null, false],
  ['0.0.0.0/0', '0x5d.184.215.14', 80, null, false],
])('%s against %s port %i of %s: %s', (pattern, address, port, name, expected) => {
  expect(allowedHosts([pattern]).allows(address, port, name)).toBe(expected);
});

test('no patterns allow nothing', () => {
  const none = allowedHosts([]);
  expect(none.allows(PUBLIC, 80, 'example.com')).toBe(false);
  expect(none.names('example.com', 80)).toBe(false);
});

test('no name without a port lets anything but public addresses and loopback through, whatever it resolves to', () => {
  const allowed = allowedHosts(['rebound.example', '*.example', '0.0.0.0/0', '::/0']);
  const octet = fc.nat(255);
  const special = fc.oneof(
    fc.tuple(octet, octet, octet).map((rest) => `10.${rest.join('.')}`),
    fc.tuple(octet, octet, octet).map((rest) => `127.${rest.join('.')}`),
    fc.tuple(octet, octet).map((rest) => `192.168.${rest.join('.')}`),
    fc.tuple(octet, octet).map((rest) => `169.254.${rest.join('.')}`),
    fc.tuple(fc.integer({ min: 16, max: 31 }), octet, octet).map((rest) => `172.${rest.join('.')}`),
    fc.tuple(fc.integer({ min: 64, max: 127 }), octet, octet).map((rest) => `100.${rest.join('.')}`),
    fc.tuple(fc.integer({ min: 224, max: 255 }), octet, octet, octet).map((rest) => rest.join('.')),
  );
  const written = fc
    .tuple(special, fc.constantFrom('', '::ffff:', '64:ff9b::', '::'))
    .map((parts) => parts[1] + parts[0]);
  fc.assert(
    fc.property(written, fc.integer({ min: 1, max: 65_535 }), (address, port) => {
      expect(allowed.allows(address, port, 'rebound.example')).toBe(false);
    }),
  );
});

test.each<[address: string | null, name: string | null, pattern: string]>([
  [PUBLIC, 'example.com', 'example.com:80'],
  [null, 'example.com', 'example.com:80'],
  ['10.0.0.1', 'db.internal', 'db.internal:80'],
  ['127.0.0.1', 'db.internal', '127.0.0.1:80'],
  ['127.0.0.1', 'localhost', 'localhost:80'],
  ['169.254.169.254', 'db.internal', '169.254.169.254:80'],
  ['::1', null, '[::1]:80'],
  ['::ffff:10.0.0.1', null, '10.0.0.1:80'],
])('the pattern for %s of %s is %s, and grants it', (address, name, pattern) => {
  expect(allowedHosts([]).pattern(address, 80, name)).toBe(pattern);
  if (address !== null) expect(allowedHosts([pattern]).allows(address, 80, name)).toBe(true);
});
