import { setTimeout as wait } from 'node:timers/promises';
import { AppError, type ErrorCode } from '../../../src/domain/errors.js';
import type { Run } from '../../../src/domain/run.js';
import type { Caller } from '../../../src/services/caller.js';
import { cancelRun } from '../../../src/services/runs/cancel-run.js';
import { cancelRuns } from '../../../src/services/runs/cancel-runs.js';
import { createRun } from '../../../src/services/runs/create-run.js';
import { joinRun, type RunResult } from '../../../src/services/runs/join-run.js';
import { updateThreadState } from '../../../src/services/state/update-thread-state.js';
import { deleteThread } from '../../../src/services/threads/delete-thread.js';
import type { CreatePlan, Deed, Scenario, StepPlan } from './plan.js';
import { startsOf } from './starts.js';

/** What a deed was answered. */
export type Outcome =
  | { readonly kind: 'created'; readonly run: Run }
  | { readonly kind: 'cancelled'; readonly run: Run; readonly before: Traces }
  | { readonly kind: 'joined'; readonly result: RunResult }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: ErrorCode }
  | { readonly kind: 'failed'; readonly error: unknown };

/** What of a run could be seen at one instant. */
export interface Traces {
  readonly nodeStarts: number;
  readonly events: number;
}

export interface Answer {
  readonly deed: Deed;
  /** Places in the order of all beginnings and answers of the scenario. */
  readonly beganAt: number;
  readonly answeredAt: number;
  readonly outcome: Outcome;
}

export interface Played {
  readonly scenario: Scenario;
  readonly answers: readonly Answer[];
}

const NOBODY_LEAVES = new AbortController().signal;
const JOIN_MS = 60_000;

/** Does what a scenario says, each deed through one of `callers`, and then waits until all of its runs have ended. */
export async function play(callers: readonly Caller[], scenario: Scenario): Promise<Played> {
  const answers: Answer[] = [];
  const joins: Promise<void>[] = [];
  const others: Promise<void>[] = [];
  let instant = 0;

  async function doIt(deed: Deed, caller: Caller): Promise<void> {
    const beganAt = (instant += 1);
    const outcome = await perform(caller, scenario, deed).catch((error: unknown): Outcome =>
      error instanceof AppError ? { kind: 'refused', code: error.code } : { kind: 'failed', error },
    );
    answers.push({ deed, beganAt, answeredAt: (instant += 1), outcome });
  }

  for (const [index, deed] of scenario.deeds.entries()) {
    if (deed.afterMs > 0) await wait(deed.afterMs);
    const doing = doIt(deed, callers[index % callers.length] as Caller);
    const isJoin = deed.step.kind === 'join';
    (isJoin ? joins : others).push(doing);
    if (deed.isAwaited && !isJoin) await doing;
  }
  await Promise.all(others);
  await Promise.all(endingsOf(scenario).map((deed) => doIt(deed, callers[0] as Caller)));
  await Promise.all(joins);
  return { scenario, answers };
}

/** What is not due is cancelled, and everything else awaited. */
function endingsOf({ deeds }: Scenario): Deed[] {
  return deeds.flatMap(({ threadId, step }) => {
    if (step.kind !== 'create') return [];
    const { runId, isDelayed } = step;
    const ending: StepPlan = isDelayed ? { kind: 'cancel', runId, action: 'INTERRUPT', wait: true } : { kind: 'join', runId };
    return [{ threadId, step: ending, afterMs: 0, isAwaited: true }];
  });
}

async function perform(caller: Caller, scenario: Scenario, { threadId, step }: Deed): Promise<Outcome> {
  switch (step.kind) {
    case 'create':
      return { kind: 'created', run: await create(caller, scenario, threadId, step) };
    case 'repeat':
      return { kind: 'created', run: await create(caller, scenario, threadId, step.create) };
    case 'cancel': {
      const { runId, action } = step;
      const run = await cancelRun(caller, runId, { action, wait: step.wait, abort: NOBODY_LEAVES });
      return { kind: 'cancelled', run, before: await tracesOf(caller, runId) };
    }
    case 'cancelAll':
      await cancelRuns(caller, { threadId }, step.action);
      return { kind: 'done' };
    case 'join': {
      const options = { timeoutMs: JOIN_MS, cancelOnDisconnect: false, abort: NOBODY_LEAVES };
      return { kind: 'joined', result: await joinRun(caller, step.runId, options) };
    }
    case 'update':
      await updateThreadState(caller, threadId, { values: { steps: [step.mark] }, asNode: 'a' });
      return { kind: 'done' };
    case 'delete':
      await deleteThread(caller, threadId);
      return { kind: 'done' };
  }
}

function create(caller: Caller, { assistantId }: Scenario, threadId: string, plan: CreatePlan): Promise<Run> {
  const { runId, strategy, durability, start, nodes, isDelayed } = plan;
  return createRun(caller, {
    ...{ id: runId, threadId, ifNotExists: 'CREATE', assistantId, durability, multitaskStrategy: strategy },
    ...{ streamModes: ['VALUES', 'UPDATES'], streamSubgraphs: true },
    ...(start === 'answer'
      ? { command: { resume: 'yes' } }
      : { input: start === 'goOn' ? null : { nodes: nodes.map((node) => ({ ...node })) } }),
    ...(isDelayed && { afterSeconds: 3_600 }),
  });
}

export async function tracesOf({ database }: Caller, runId: string): Promise<Traces> {
  return { nodeStarts: startsOf(runId), events: await database.prisma.runEvent.count({ where: { runId } }) };
}
