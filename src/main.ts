import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { readConfig, type Config, type ConfigOverrides } from './config.js';
import { StartupError } from './domain/errors.js';

interface Options extends ConfigOverrides {
  readonly executor?: boolean;
}

/** The command line. What only one command needs is loaded by that command, so that `--help` and a misspelt setting answer at once. */
function makeProgram(): Command {
  const program = new Command('skein')
    .description('A self-hosted agent server: LangGraph.js graphs behind one live GraphQL endpoint.')
    .version(packageVersion())
    .option('--config <file>', 'the langgraph.json that names the graphs (LANGGRAPH_JSON)')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(--help shows what there is)');

  program
    .command('serve', { isDefault: true })
    .description('answer clients and execute runs')
    .option('--no-executor', 'answer clients only; `skein work` elsewhere executes the runs (needs DATABASE_URL)')
    .option('--port <number>', 'TCP port, 0 for any free one (PORT)')
    .option('--host <address>', 'address to listen on (HOST)')
    .option('--data-dir <folder>', 'folder of the embedded database (DATA_DIR)')
    .action(async (_, command: Command) => {
      const options = command.optsWithGlobals<Options>();
      const executor = options.executor ?? true;
      const config = configOf(options);
      if (!executor) requireDatabaseUrl(config, 'skein serve --no-executor');
      const { serve } = await import('./serve.js');
      await serve(config, { door: true, executor });
    });

  program
    .command('work')
    .description('execute runs, without answering clients (needs DATABASE_URL)')
    .action(async (_, command: Command) => {
      const config = configOf(command.optsWithGlobals<Options>());
      requireDatabaseUrl(config, 'skein work');
      const { serve } = await import('./serve.js');
      await serve(config, { door: false, executor: true });
    });

  program
    .command('migrate')
    .description('bring the tables of the database up to date, then exit')
    .option('--data-dir <folder>', 'folder of the embedded database (DATA_DIR)')
    .action(async (_, command: Command) => {
      const { databaseUrl, dataDir } = configOf(command.optsWithGlobals<Options>());
      const { openDatabase } = await import('./store/database/database.js');
      const database = await openDatabase({ databaseUrl, dataDir });
      process.stdout.write(`The tables in ${database.location} are up to date.\n`);
      await database.close();
    });

  program
    .command('schema')
    .description('print the GraphQL schema')
    .action(async () => {
      const { printSkeinSchema } = await import('./graphql/print-schema.js');
      process.stdout.write(printSkeinSchema());
    });

  return program;
}

/** Reads `.env` of the working directory too; what is set already stays. Graphs see it as well (their API keys). */
function configOf(options: Options): Config {
  try {
    process.loadEnvFile();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new StartupError(`The file .env cannot be read: ${(error as Error).message}`);
  }
  return readConfig(process.env, options);
}

function requireDatabaseUrl({ databaseUrl }: Config, command: string): void {
  if (databaseUrl !== null) return;
  throw new StartupError(
    `\`${command}\` needs DATABASE_URL: it shares a PostgreSQL server with other processes, and the embedded database belongs to one process alone.\n` +
      'Set DATABASE_URL to something like postgresql://user:password@localhost:5432/skein, or run `skein serve`.',
  );
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return version;
}

try {
  await makeProgram().parseAsync();
} catch (error) {
  if (!(error instanceof StartupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
