import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const onThreads = fileURLToPath(new URL('./spec/threads/built.ts', import.meta.url));

export default defineConfig({
  test: {
    // What hangs ends; what is slow because the machine is busy does not.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    projects: [
      { extends: true, test: { name: 'source', include: ['spec/**/*.spec.ts'] } },
      // What a host promises holds on call threads as well, which exist only where the package is built.
      {
        extends: true,
        resolve: { alias: [{ find: /^\.\.\/\.\.\/src\/(?:host\/host|errors|index)\.js$/, replacement: onThreads }] },
        test: { name: 'threads', include: ['spec/host/**/*.spec.ts'], env: { MOONWIT_SPEC: 'threads' } },
      },
    ],
  },
});
