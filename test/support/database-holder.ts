import { randomUUID } from 'node:crypto';
import { openDatabase } from '../../src/store/database/database.js';

/**
 * A process that opens the embedded database in the folder given, says `open`, and then, by the second parameter,
 * `hold`s it, `block`s its event loop for ever, or `write`s threads and says the id of each one acknowledged.
 */
const [dataDir = '', mode] = process.argv.slice(2);
const database = await openDatabase({ databaseUrl: null, dataDir });
process.stdout.write('open\n');

if (mode === 'hold') setInterval(() => undefined, 1_000_000);
if (mode === 'block') for (;;);
if (mode === 'write') {
  for (;;) {
    const { id } = await database.prisma.thread.create({ data: { id: randomUUID(), tenantId: 'default', metadata: {}, config: {} } });
    process.stdout.write(`${id}\n`);
  }
}
