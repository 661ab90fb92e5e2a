import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import type { RunnableConfig } from '@langchain/core/runnables';
import { END, MessagesAnnotation, START, StateGraph } from '@langchain/langgraph';
import { v7 as uuid7 } from 'uuid';
import { makeCheckpointer } from '../src/langgraph/checkpointer/checkpointer.js';
import { type Database, openDatabase } from '../src/store/database/database.js';

/**
 * How the storage of a chat grows with its turns, and what reading its newest state costs, beside the form in which every version of a
 * channel is a whole copy. On the server that DATABASE_URL names, else on an embedded database in a temporary folder.
 * `TURNS` (1000), `ANSWER_CHARS` (600).
 */
const TURNS = Number(process.env['TURNS'] ?? 1_000);
const ANSWER_CHARS = Number(process.env['ANSWER_CHARS'] ?? 600);
const WINDOW = Math.min(100, Math.floor(TURNS / 2));
const READS = 40;

const graph = new StateGraph(MessagesAnnotation)
  .addNode('model', ({ messages }) => ({
    messages: [new AIMessage({ id: uuid7(), content: words(messages.length, ANSWER_CHARS), response_metadata: USAGE })],
  }))
  .addEdge(START, 'model')
  .addEdge('model', END)
  .compile();
const USAGE = { model: 'none', finish_reason: 'stop', usage: { input: 100, output: 150 } };

const dataDir = await mkdtemp(join(tmpdir(), 'skein-bench-'));
const database = await openDatabase({ databaseUrl: process.env['DATABASE_URL'] ?? null, dataDir });
const say = (line: string) => process.stdout.write(`${line}\n`);
const threads: string[] = [];
try {
  const threadId = await openThread(database);
  const runIds: string[] = [];
  const started = performance.now();
  for (let turn = 0; turn < TURNS; turn += 1) runIds.push(await takeTurn(database, threadId, turn));
  say(`${TURNS} turns on the ${database.kind} database in ${((performance.now() - started) / 1_000).toFixed(1)} s`);

  const turns = await measureTurns(database, threadId, runIds);
  say('bytes per turn                 first     last    ratio');
  for (const form of ['stored', 'whole'] as const) {
    const first = mean(turns.slice(0, WINDOW).map((turn) => turn[form]));
    const last = mean(turns.slice(-WINDOW).map((turn) => turn[form]));
    const name = form === 'stored' ? 'as stored' : 'every version whole';
    say(`${name.padEnd(26)} ${first.toFixed(0).padStart(9)} ${last.toFixed(0).padStart(8)} ${(last / first).toFixed(2).padStart(8)}`);
  }
  const stored = sum(turns.map((turn) => turn.stored));
  const whole = sum(turns.map((turn) => turn.whole));
  say(
    `all turns together: ${megabytes(stored)} as stored, ${megabytes(whole)} if every version were whole (${(whole / stored).toFixed(0)} ×)`,
  );

  for (const { name, checkpointId, links } of await findReads(database, threadId)) {
    const wholeId = await copyWhole(database, threadId, checkpointId);
    const times = { stored: [] as number[], whole: [] as number[] };
    for (let read = 0; read < READS; read += 1) {
      times.stored.push(await timeRead(database, threadId, checkpointId));
      times.whole.push(await timeRead(database, wholeId, checkpointId));
    }
    const [asStored, inOnePiece] = [median(times.stored), median(times.whole)];
    const ratio = (asStored / inOnePiece).toFixed(2);
    say(
      `reading ${name} (${links} links), median of ${READS}: ${asStored.toFixed(1)} ms as stored, ${inOnePiece.toFixed(1)} ms whole (${ratio} ×)`,
    );
  }
} finally {
  await database.prisma.thread.deleteMany({ where: { id: { in: threads } } });
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
}

async function openThread({ prisma }: Database): Promise<string> {
  const id = uuid7();
  threads.push(id);
  await prisma.thread.create({ data: { id, tenantId: 'default', metadata: {}, config: {} } });
  return id;
}

/** One run of the graph, with a checkpointer of its own as the server gives it. */
async function takeTurn({ prisma }: Database, threadId: string, turn: number): Promise<string> {
  const runId = uuid7();
  const run = { id: runId, tenantId: 'default', threadId, assistantId: uuid7(), graphId: 'chat', metadata: {}, inputDigest: '' };
  await prisma.run.create({ data: { ...run, status: 'RUNNING', attempt: 1 } });
  const checkpointer = makeCheckpointer(database, { threadId, fence: { runId, attempt: 1 } });
  const input = { messages: [new HumanMessage({ id: uuid7(), content: words(turn, 200) })] };
  await graph.invoke(input, { configurable: { thread_id: threadId, __pregel_checkpointer: checkpointer } });
  await prisma.run.update({ where: { id: runId }, data: { status: 'SUCCESS' } });
  return runId;
}

/** Bytes of what each turn wrote: all of its rows as they are, and with each value whole. */
async function measureTurns({ prisma }: Database, threadId: string, runIds: string[]): Promise<{ stored: number; whole: number }[]> {
  const rows = await prisma.$queryRaw<{ runId: string; stored: number; whole: number }[]>`
    SELECT "runId"::text AS "runId", sum("stored")::int AS "stored", sum("whole")::float8 AS "whole"
      FROM (
        SELECT "runId", octet_length(b::text) - octet_length("blob"::text) + octet_length("blob") AS "stored",
               octet_length(b::text) - octet_length("blob"::text) + octet_length("blob") + "keptBytes" AS "whole"
          FROM "CheckpointBlob" b WHERE "threadId" = ${threadId}::uuid
        UNION ALL
        SELECT "runId", octet_length(c::text) - octet_length("checkpoint"::text) + octet_length("checkpoint"),
               octet_length(c::text) - octet_length("checkpoint"::text) + octet_length("checkpoint")
          FROM "Checkpoint" c WHERE "threadId" = ${threadId}::uuid
        UNION ALL
        SELECT "runId", octet_length(w::text) - octet_length("blob"::text) + octet_length("blob"),
               octet_length(w::text) - octet_length("blob"::text) + octet_length("blob")
          FROM "CheckpointWrite" w WHERE "threadId" = ${threadId}::uuid
      ) row
     GROUP BY "runId"`;
  const byRun = new Map(rows.map((row) => [row.runId, row]));
  return runIds.map((runId) => byRun.get(runId) ?? { stored: 0, whole: 0 });
}

/** The newest checkpoint, and the one whose messages are made of the most blobs. */
async function findReads({ prisma }: Database, threadId: string): Promise<{ name: string; checkpointId: string; links: number }[]> {
  const rows = await prisma.$queryRaw<{ checkpointId: string; isWhole: boolean }[]>`
    SELECT max(c."checkpointId"::text) AS "checkpointId", bool_or(b."baseVersion" IS NULL) AS "isWhole"
      FROM "Checkpoint" c
      JOIN "CheckpointBlob" b
        ON (b."threadId", b."checkpointNs", b."channel") = (c."threadId", c."checkpointNs", 'messages')
       AND b."version" = c."channelVersions" ->> 'messages'
     WHERE c."threadId" = ${threadId}::uuid
     GROUP BY b."version"
     ORDER BY 1`;
  let links = 0;
  const reads = rows.map(({ checkpointId, isWhole }) => ({ checkpointId, links: (links = isWhole ? 0 : links + 1) }));
  const longest = reads.reduce((most, read) => (read.links >= most.links ? read : most));
  const newest = reads.at(-1) ?? longest;
  return [
    { name: 'the newest state', ...newest },
    { name: 'the state with the longest chain', ...longest },
  ];
}

/** A thread with this checkpoint alone, each of its values in one piece. */
async function copyWhole(source: Database, threadId: string, checkpointId: string): Promise<string> {
  const tuple = await makeCheckpointer(source, { threadId, fence: null }).getTuple(configOf(threadId, checkpointId));
  if (!tuple) throw new Error(`The chat has no checkpoint ${checkpointId}.`);
  const wholeId = await openThread(source);
  const { checkpoint, metadata = { source: 'loop', step: 0, parents: {} } } = tuple;
  await makeCheckpointer(source, { threadId: wholeId, fence: null }).put(
    configOf(wholeId),
    checkpoint,
    metadata,
    checkpoint.channel_versions,
  );
  return wholeId;
}

async function timeRead(source: Database, threadId: string, checkpointId: string): Promise<number> {
  const started = performance.now();
  await makeCheckpointer(source, { threadId, fence: null }).getTuple(configOf(threadId, checkpointId));
  return performance.now() - started;
}

function configOf(threadId: string, checkpointId?: string): RunnableConfig {
  return { configurable: { thread_id: threadId, checkpoint_ns: '', checkpoint_id: checkpointId } };
}

/** Text that does not compress to nothing. */
function words(seed: number, length: number): string {
  let text = '';
  for (let state = seed + 1; text.length < length; state = (state * 48_271) % 2_147_483_647) text += `${state.toString(36)} `;
  return text.slice(0, length);
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: number[]): number {
  return sum(values) / values.length;
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
