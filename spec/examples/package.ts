/** The package as npm would install it: the tarball's files in a folder of their own, with the dependencies that it names. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ROOT } from '../host/guests.js';

/**
 * Packs the project, unpacks it as `node_modules/moonwit` of an empty folder, and links the dependencies of its package.json
 * (and theirs) beside it. Needs no network.
 *
 * @returns the folder
 */
export function installedPackage(): string {
  const folder = mkdtempSync(join(tmpdir(), 'moonwit-installed-'));
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const tarball = join(folder, /"filename":\s*"([^"]+)"/.exec(packed)![1]!);
  const home = join(folder, 'node_modules', 'moonwit');
  mkdirSync(home, { recursive: true });
  execFileSync('tar', ['-xzf', tarball, '-C', home, '--strip-components=1']);
  linkDependencies(home, folder, new Set());
  return folder;
}

function linkDependencies(home: string, folder: string, done: Set<string>): void {
  const { dependencies = {} } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  for (const name of Object.keys(dependencies)) {
    if (done.has(name)) continue;
    done.add(name);
    const source = join(ROOT, 'node_modules', name);
    const target = join(folder, 'node_modules', name);
    mkdirSync(dirname(target), { recursive: true });
    if (!existsSync(target)) symlinkSync(source, target, 'dir');
    linkDependencies(source, folder, done);
  }
}
