import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, realpath, rename, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartupError } from '../../domain/errors.js';
import { SECOND } from '../../ports/clock.js';

/** Held until released, or until the process is gone. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Takes `folder`, which exists, for the caller alone; nobody else gets it, in this process or another, until it is released or the
 * process is dead, however it died. docs/adr/folder-lock.md says why it is made of sockets.
 * @throws StartupError naming the folder and the process that holds it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  return process.platform === 'win32' ? lockByPipe(folder) : lockBySocket(folder);
}

/** `lock.<process id>.<random>` */
const LOCK = /^lock\.(\d+)\.[0-9a-f]{16}$/;
/** Before a socket listens it has a name that nobody calls: one that is called and refuses is dead for ever. */
const UNBORN = 'unborn-';
const ANSWERS_WITHIN_MS = 3 * SECOND;

/**
 * Listens in the folder first, and calls the others there only then: of two contenders at least one hears the other. One that is
 * `holding` has the folder; of two that are `trying`, the one with the smaller name waits for the other to give up.
 */
async function lockBySocket(folder: string): Promise<FolderLock> {
  const name = `lock.${process.pid}.${randomBytes(8).toString('hex')}`;
  const beacon = makeBeacon();
  const release = async () => {
    await beacon.close();
    await rm(join(folder, name), { force: true });
  };
  const door = await openShortPath(folder, `${UNBORN}${name}`);
  try {
    await listen(beacon.server, join(door.path, `${UNBORN}${name}`), folder);
    await rename(join(folder, `${UNBORN}${name}`), join(folder, name)).catch(() => {
      throw inUse(folder, 'another process');
    });
    const rivals = (await readdir(folder)).filter((file) => LOCK.test(file) && file !== name);
    await Promise.all(
      rivals.map(async (rival) => {
        if (await isAlive(join(door.path, rival), { waits: name < rival })) throw inUse(folder, `process ${LOCK.exec(rival)?.[1]}`);
        await rm(join(folder, rival), { force: true });
      }),
    );
    await removeUnborn(folder);
  } catch (error) {
    await release();
    throw error;
  } finally {
    await door.close();
  }
  beacon.hold();
  return { release };
}

/** The system gives the name of a pipe to one process, and takes it back when that dies. */
async function lockByPipe(folder: string): Promise<FolderLock> {
  const digest = createHash('sha256')
    .update((await realpath(folder)).toLowerCase())
    .digest('hex');
  const beacon = makeBeacon();
  await listen(beacon.server, `\\\\.\\pipe\\skein-${digest.slice(0, 32)}`, folder);
  beacon.hold();
  return { release: beacon.close };
}

/** Tells every caller the state of its holder, and each change of it. Does not keep the process alive. */
function makeBeacon(): { readonly server: Server; hold(): void; close(): Promise<void> } {
  let state = 'trying';
  const callers = new Set<Socket>();
  const server = createServer((caller) => {
    callers.add(caller.unref());
    caller.on('close', () => callers.delete(caller));
    // A caller that hangs up early has heard enough; `close` follows.
    caller.on('error', () => undefined);
    caller.write(`${state}\n`);
  }).unref();
  return {
    server,
    hold() {
      state = 'holding';
      for (const caller of callers) caller.write(`${state}\n`);
    },
    close() {
      for (const caller of callers) caller.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Of processes that died before they had a name; one that lives finds that the folder is taken. */
async function removeUnborn(folder: string): Promise<void> {
  const unborn = (await readdir(folder)).filter((file) => file.startsWith(UNBORN) && LOCK.test(file.slice(UNBORN.length)));
  await Promise.all(unborn.map((file) => rm(join(folder, file), { force: true })));
}

/** False when the process behind the socket is dead or has given up. */
async function isAlive(path: string, { waits }: { waits: boolean }): Promise<boolean> {
  // A contender that gives up may hang up before it has said a word, and refuses the next call. A holder that is out of file descriptors
  // hangs up every time.
  for (let call = 1; call <= 3; call += 1) {
    const answer = await callOnce(path, waits);
    if (answer !== 'silence') return answer === 'alive';
  }
  return true;
}

function callOnce(path: string, waits: boolean): Promise<'alive' | 'gone' | 'silence'> {
  return new Promise((resolve) => {
    let heard = false;
    const socket = connect(path);
    const settle = (answer: 'alive' | 'gone' | 'silence') => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    // Its event loop is blocked, but the kernel has taken the call: it lives.
    const timer = setTimeout(() => settle('alive'), ANSWERS_WITHIN_MS);
    socket.setEncoding('utf8');
    socket.on('data', (words: string) => {
      heard = true;
      if (!waits || words.includes('holding')) settle('alive');
    });
    socket.on('close', () => settle(heard ? 'gone' : 'silence'));
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      if (['ECONNREFUSED', 'ENOENT'].includes(code)) settle('gone');
      // `close` follows a reset; anything else (no permission, a full queue) proves nothing.
      else if (code !== 'ECONNRESET') settle('alive');
    });
  });
}

/** The name of a socket has at most 103 bytes (macOS; Linux 107): a folder with a long path is reached through a symbolic link. */
async function openShortPath(folder: string, file: string): Promise<{ readonly path: string; close(): Promise<void> }> {
  if (Buffer.byteLength(join(folder, file)) <= 103) return { path: folder, close: async () => undefined };
  const parent = await mkdtemp(join(tmpdir(), 'skein-'));
  const path = join(parent, 'data');
  await symlink(folder, path);
  return { path, close: () => rm(parent, { recursive: true, force: true }) };
}

function listen(server: Server, path: string, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? inUse(folder, 'another process') : cannotLock(folder, error));
    });
    server.listen({ path, exclusive: true }, resolve);
  });
}

function inUse(folder: string, holder: string): StartupError {
  return new StartupError(`The data folder ${folder} is in use by ${holder}. Stop that one, or choose another folder with DATA_DIR.`);
}

function cannotLock(folder: string, error: NodeJS.ErrnoException): StartupError {
  return new StartupError(
    `The data folder ${folder} cannot be locked (${error.code ?? error.message}). ` +
      'Choose a writable folder on a local file system with DATA_DIR.',
    { cause: error },
  );
}
