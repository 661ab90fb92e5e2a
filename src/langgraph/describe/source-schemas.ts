import { on } from 'node:events';
import { extname } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { type Clock, SECOND } from '../../ports/clock.js';
import type { SourceSchemas, SourceSpec } from './source-graphs.js';
import type { SourceAnswer, SourceQuestion } from './source-schemas-thread.js';

/** Tells graphs' types by their TypeScript source. */
export interface SourceReader {
  /**
   * Null when there is no TypeScript, or it cannot be told; `onFault` hears why, once. The first question takes seconds (never on the main
   * thread) and is one for all graphs, since what takes time is what they share; later ones take nothing: the source of a loaded graph does
   * not change. One that took too long is asked again the next time.
   */
  find(spec: SourceSpec, onFault: (error: unknown) => void): Promise<SourceSchemas | null>;
}

/** For one graph; reading a project takes 3 to 7 s on 2 busy cores (November 2026). */
const TIME_LIMIT_MS = 30 * SECOND;
/** A project's types take 0.3 GB. */
const HEAP_MAX_MB = 1_500;
const TYPESCRIPT: ReadonlySet<string> = new Set(['.ts', '.mts', '.cts', '.tsx']);

interface Question extends SourceSpec {
  answer(answer: SourceAnswer): void;
  fail(error: unknown): void;
}

export interface SourceReaderDeps {
  /** Of all graphs that there will be questions for. */
  readonly specs: readonly SourceSpec[];
  readonly clock: Clock;
  readonly timeLimitMs?: number;
}

/** One thread at a time; questions that come while it works are one question to the next. */
export function makeSourceReader({ specs, clock, timeLimitMs = TIME_LIMIT_MS }: SourceReaderDeps): SourceReader {
  const known = new Map<string, Promise<SourceAnswer>>();
  const told = new Set<string>();
  let others = specs.filter(isTypescript);
  let waiting: Question[] = [];
  let working = false;

  function ask(spec: SourceSpec): Promise<SourceAnswer> {
    const asked = new Promise<SourceAnswer>((answer, fail) => waiting.push({ ...spec, answer, fail }));
    known.set(keyOf(spec), asked);
    asked.catch(() => known.delete(keyOf(spec)));
    return asked;
  }

  async function work(): Promise<void> {
    working = true;
    // A list asks for several graphs in one go; whatever nobody asks for comes after them.
    await nextTurn();
    for (const spec of others) if (!known.has(keyOf(spec))) void ask(spec);
    others = [];
    while (waiting.length > 0) {
      const questions = waiting;
      waiting = [];
      await answerInThread(questions, { clock, timeLimitMs });
    }
    working = false;
  }

  return {
    async find(spec, onFault) {
      if (!isTypescript(spec)) return null;
      const asked = known.get(keyOf(spec)) ?? ask(spec);
      if (!working && waiting.length > 0) void work();
      try {
        const { schemas, fault } = await asked;
        if (fault !== null && !told.has(keyOf(spec))) onFault(new Error(fault));
        told.add(keyOf(spec));
        return schemas;
      } catch (error) {
        onFault(error);
        return null;
      }
    },
  };
}

function isTypescript({ file }: SourceSpec): boolean {
  return TYPESCRIPT.has(extname(file));
}

function keyOf({ file, exportName }: SourceSpec): string {
  return `${file}:${exportName}`;
}

/** Answers each question, or fails it when the thread took too long for it or died. Never rejects. */
async function answerInThread(
  questions: readonly Question[],
  { clock, timeLimitMs }: { clock: Clock; timeLimitMs: number },
): Promise<void> {
  const open = new Set(questions);
  const specs = questions.map(({ file, exportName }) => ({ file, exportName }));
  const thread = new Worker(threadEntry(), {
    workerData: { specs } satisfies SourceQuestion,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MAX_MB },
  });
  thread.unref();

  const stop = new AbortController();
  function startLimit(): AbortController {
    const reached = new AbortController();
    void clock.sleep(timeLimitMs, reached.signal).then(() => {
      if (!reached.signal.aborted) stop.abort(new Error(`Reading its types took longer than ${timeLimitMs} ms.`));
    });
    return reached;
  }

  let limit = startLimit();
  try {
    const messages = on(thread, 'message', { close: ['exit'], signal: stop.signal }) as AsyncIterable<[SourceAnswer]>;
    for await (const [answer] of messages) {
      limit.abort();
      const question = questions[answer.index];
      question?.answer(answer);
      if (question) open.delete(question);
      if (open.size === 0) break;
      limit = startLimit();
    }
    for (const question of open) question.fail(new Error('The thread that reads types has ended.'));
  } catch (error) {
    for (const question of open) question.fail(stop.signal.aborted ? stop.signal.reason : error);
  } finally {
    limit.abort();
    await thread.terminate();
  }
}

/** A module of JavaScript that loads the thread's body: Node 20 refuses TypeScript as the entry of a thread, whatever loader it is given. */
function threadEntry(): URL {
  const [loader, body, here] = [import.meta.resolve('tsx/esm/api'), './source-schemas-thread.ts', import.meta.url].map((text) =>
    JSON.stringify(text),
  );
  const script = `import { tsImport } from ${loader}; await tsImport(${body}, ${here});`;
  return new URL(`data:text/javascript,${encodeURIComponent(script)}`);
}
