/**
 * `npm run codegen` writes what is derived from the code: the snapshot `schema.graphql`, the typed documents of the examples, and
 * `docs/run-lifecycle.md`. With `--check` it writes nothing and fails when a file is stale.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { generate, type CodegenConfig } from '@graphql-codegen/cli';
import { format, resolveConfig } from 'prettier';
import { printRunLifecycle } from './docs/run-lifecycle.js';
import { printSkeinSchema } from './src/graphql/print-schema.js';

interface Derived {
  readonly filename: string;
  readonly content: string;
}

const config: CodegenConfig = {
  schema: printSkeinSchema(),
  importExtension: '.js',
  silent: true,
  errorsOnly: true,
  ignoreNoDocuments: true,
  generates: {
    'examples/clients/generated/': {
      documents: ['examples/clients/*.ts'],
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        enumsAsTypes: true,
        onlyOperationTypes: true,
        skipTypename: true,
        scalars: { DateTime: 'string', UUID: 'string', JSON: 'unknown', JSONObject: 'Record<string, unknown>' },
      },
    },
  },
};

const LIFECYCLE = 'docs/run-lifecycle.md';
const derived: readonly Derived[] = [
  { filename: 'schema.graphql', content: printSkeinSchema() },
  { filename: LIFECYCLE, content: await format(printRunLifecycle(), { ...(await resolveConfig(LIFECYCLE)), filepath: LIFECYCLE }) },
  ...((await generate(config, false)) as readonly Derived[]),
];
const stale: Derived[] = [];
for (const file of derived) {
  if ((await readIfThere(file.filename)) !== file.content) stale.push(file);
}

const names = stale.map(({ filename }) => relative('.', filename));
if (!process.argv.includes('--check')) {
  for (const { filename, content } of stale) {
    await mkdir(dirname(filename), { recursive: true });
    await writeFile(filename, content);
  }
  console.log(names.length > 0 ? `Written: ${names.join(', ')}` : 'Everything derived from the code is up to date.');
} else if (names.length > 0) {
  console.error(`Stale: ${names.join(', ')}. Run \`npm run codegen\` and commit what it writes.`);
  process.exitCode = 1;
}

async function readIfThere(filename: string): Promise<string | null> {
  try {
    return await readFile(filename, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
