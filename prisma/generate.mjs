// Makes src/generated/prisma from schema.prisma: `npm install` and `npm ci` end with it.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const prisma = findPrisma();

if (prisma) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [prisma, 'generate', '--no-hints'], {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      // Generating needs no schema engine, but Prisma downloads one unless told that there is one.
      PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    },
  });
  if (status !== 0) {
    process.stderr.write(`${stdout}${stderr}The database client could not be generated.\n`);
    process.exitCode = 1;
  }
} else if (!existsSync(`${root}src/generated/prisma/client.ts`)) {
  process.stderr.write(
    'The database client is missing, and `prisma`, which generates it, is a development dependency that was left out. ' +
      'Run `npm ci` first and `npm prune --omit=dev` afterwards, or bring src/generated along.\n',
  );
  process.exitCode = 1;
}

/** Null in an installation without development dependencies. */
function findPrisma() {
  try {
    return createRequire(import.meta.url).resolve('prisma/build/index.js');
  } catch {
    return null;
  }
}
