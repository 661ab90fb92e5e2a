import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // One copy of graphql: Vite would give our files its ES modules, while Node gives the libraries its CommonJS ones.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(new URL('node_modules/graphql/index.js', import.meta.url)) }] },
  test: {
    include: ['test/{domain,contracts,behaviour,faults}/**/*.test.ts'],
    globalSetup: 'test/support/database-template.ts',
    // Each worker may hold an embedded database (150 MB) and start a server beside it.
    maxWorkers: 2,
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
