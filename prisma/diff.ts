import { diffMigrations } from './schema-engine.js';

/** `npm run db:diff` prints the next migration; with `--from-empty`, one that makes all tables. */
const sql = await diffMigrations({ from: process.argv.includes('--from-empty') ? 'empty' : 'migrations' });
process.stdout.write(sql === '' ? '-- No difference: prisma/migrations lead to prisma/schema.prisma.\n' : `${sql.trim()}\n`);
