import { once } from 'node:events';
import { cpSync, existsSync, watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { StartupError } from '../../src/domain/errors.js';
import { openDatabase } from '../../src/store/database/database.js';
import { lockFolder } from '../../src/store/database/folder-lock.js';
import { startChild, type Child } from '../support/child.js';

let scratch: string;
let whole: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'skein-test-'));
  whole = join(scratch, 'whole');
  await (await open(whole)).close();
});
afterAll(() => rm(scratch, { recursive: true, force: true, maxRetries: 3 }));

const open = (dataDir: string) => openDatabase({ databaseUrl: null, dataDir });
const makeFolder = () => mkdtemp(join(scratch, 'data-'));

/** A folder with a database in it. */
async function makeDataFolder(): Promise<string> {
  const folder = await makeFolder();
  cpSync(whole, folder, { recursive: true });
  return folder;
}

function startHolder(folder: string, mode: string): Child {
  const child = startChild('database-holder.ts', folder, mode);
  onTestFinished(() => child.kill());
  return child;
}

/** The database opens, and works. */
async function expectUsable(folder: string): Promise<void> {
  const database = await open(folder);
  expect(await database.prisma.thread.count()).toBe(0);
  await database.close();
}

describe('a process killed while it makes the database', () => {
  /** Resolves when the child has made a file or folder of this name in the database it is making. */
  async function whenMade(folder: string, name: string): Promise<void> {
    const find = async () => (await readdir(folder)).find((entry) => entry.startsWith('postgres.new-'));
    const appears = async (place: string, isThere: () => Promise<boolean>) => {
      const watcher = watch(place);
      try {
        while (!(await isThere())) await once(watcher, 'change');
      } finally {
        watcher.close();
      }
    };
    await appears(folder, async () => (await find()) !== undefined);
    const unfinished = join(folder, (await find()) ?? '');
    if (name !== '') await appears(unfinished, async () => existsSync(join(unfinished, name)));
  }

  test.each(['', 'PG_VERSION', 'postmaster.pid'])('leaves a folder that opens (killed when there was postgres/%s)', async (name) => {
    const folder = await makeFolder();
    const child = startHolder(folder, 'hold');
    await whenMade(folder, name);
    await child.kill();
    expect(await readdir(folder)).not.toContain('postgres');
    await expectUsable(folder);
    expect(await readdir(folder)).toEqual(['postgres']);
  });
});

test('every acknowledged row survives kill -9', async () => {
  const folder = await makeDataFolder();
  const acknowledged: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const child = startHolder(folder, 'write');
    expect((await child.lines.next()).value).toBe('open');
    for (let count = 0; count < 200; count += 1) acknowledged.push((await child.lines.next()).value as string);
    await child.kill();
    // What it said before it died and nobody has read yet was acknowledged too.
    for (let line = await child.lines.next(); line.done !== true; line = await child.lines.next()) acknowledged.push(line.value);
  }
  const database = await open(folder);
  const kept = await database.prisma.thread.findMany({ select: { id: true } });
  await database.close();
  const ids = new Set(kept.map(({ id }) => id));
  expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
});

test('the embedded database has the vector extension', async () => {
  const database = await open(await makeDataFolder());
  await database.prisma.$executeRaw`CREATE EXTENSION vector`;
  const rows = await database.prisma.$queryRaw`SELECT '[0,3]'::vector <-> '[4,0]'::vector AS "distance"`;
  expect(rows).toEqual([{ distance: 5 }]);
  await database.close();
});

describe('the data folder', () => {
  test('belongs to one process: the second is told which', async () => {
    const folder = await makeDataFolder();
    const child = startHolder(folder, 'hold');
    await child.lines.next();
    await expect(open(folder)).rejects.toThrow(
      new StartupError(
        `The data folder ${folder} is in use by process ${child.pid}. Stop that one, or choose another folder with DATA_DIR.`,
      ),
    );
  });

  test('belongs to a process whose event loop is blocked', async () => {
    const folder = await makeDataFolder();
    const child = startHolder(folder, 'block');
    await child.lines.next();
    await expect(open(folder)).rejects.toThrow(`is in use by process ${child.pid}`);
  });

  test('is free again when its process was killed, even when another process got the same id', async () => {
    const folder = await makeDataFolder();
    const child = startHolder(folder, 'hold');
    await child.lines.next();
    await child.kill();
    const [left = ''] = (await readdir(folder)).filter((name) => name.startsWith('lock.'));
    await rename(join(folder, left), join(folder, left.replace(String(child.pid), String(process.pid))));
    await expectUsable(folder);
    expect(await readdir(folder)).toEqual(['postgres']);
  });

  test('is free again when the database was closed', async () => {
    const folder = await makeDataFolder();
    await expectUsable(folder);
    await expectUsable(folder);
  });

  test('goes to exactly one of many that want it at the same moment', async () => {
    for (let round = 0; round < 20; round += 1) {
      const folder = await makeFolder();
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
      const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason as unknown);
      expect(winners).toHaveLength(1);
      for (const refusal of refusals) expect(refusal).toBeInstanceOf(StartupError);
      await winners[0]?.value.release();
    }
  });

  test('belongs to a process that hangs up on everyone, being out of file descriptors', async () => {
    const folder = await makeFolder();
    const holder = createServer((socket) => socket.destroy()).listen(join(folder, `lock.12345.${'0'.repeat(16)}`));
    await once(holder, 'listening');
    await expect(lockFolder(folder)).rejects.toThrow('is in use by process 12345');
    holder.close();
  });

  test('may hold files of others, whatever their names', async () => {
    const folder = await makeFolder();
    await writeFile(join(folder, 'lock.txt'), '');
    await (await lockFolder(folder)).release();
    expect(await readdir(folder)).toEqual(['lock.txt']);
  });

  test('may have a path longer than the name of a socket', async () => {
    const folder = join(await makeFolder(), 'x'.repeat(120));
    await mkdir(folder);
    const lock = await lockFolder(folder);
    await expect(lockFolder(folder)).rejects.toThrow('is in use by process');
    await lock.release();
    await (await lockFolder(folder)).release();
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the server refuses to start, and says why, when the data folder', () => {
  const refusal = async (folder: string) => {
    const error: unknown = await open(folder).then(
      () => new Error('It opened.'),
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StartupError);
    // The lock was given back.
    await (await lockFolder(folder)).release();
    return (error as StartupError).message;
  };

  test('is a file', async () => {
    const file = join(await makeFolder(), 'file');
    await writeFile(file, '');
    await expect(open(file)).rejects.toThrow(/^The data folder .*file cannot be made \(EEXIST/);
  });

  test.skipIf(process.platform !== 'linux')('lies where no folder can be made (skipped where there is no /proc)', async () => {
    await expect(open('/proc/skein/data')).rejects.toThrow('The data folder /proc/skein/data cannot be made (ENOENT');
  });

  test('holds something else', async () => {
    const folder = await makeFolder();
    await mkdir(join(folder, 'postgres'));
    expect(await refusal(folder)).toBe(`${folder}/postgres is not a database. Choose another folder with DATA_DIR.`);
  });

  test('was made by another version of PostgreSQL', async () => {
    const folder = await makeDataFolder();
    await writeFile(join(folder, 'postgres', 'PG_VERSION'), '17\n');
    expect(await refusal(folder)).toContain('made by PostgreSQL 17; this version has PostgreSQL 18 built in');
  });

  test('is damaged', async () => {
    const folder = await makeDataFolder();
    await rm(join(folder, 'postgres', 'global', 'pg_control'));
    expect(await refusal(folder)).toMatch(/^The database in .* does not open/);
  });
});
