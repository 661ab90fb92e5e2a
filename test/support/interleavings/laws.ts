import { isFinal } from '../../../src/domain/run.js';
import type { Caller } from '../../../src/services/caller.js';
import type { Answer, Played } from './play.js';
import { readRows, type ThreadRows } from './rows.js';
import { startsOf } from './starts.js';

/** Every law that does not hold for what was left behind, in a sentence each; empty when all do. */
export async function findBreaches(caller: Caller, played: Played): Promise<string[]> {
  const rows = await Promise.all(played.scenario.threadIds.map((threadId) => readRows(caller, threadId)));
  return [
    ...rows.flatMap((thread) => [
      ...breachesOfThread(thread),
      ...breachesOfLog(thread),
      ...breachesOfMemory(thread),
      ...breachesOfOrder(thread, played),
    ]),
    ...breachesOfAnswers(rows, played),
  ];
}

function breachesOfThread({ thread, runs, state, waiting }: ThreadRows): string[] {
  if (!thread) return runs.length > 0 ? ['a run has outlived its thread'] : [];
  const { id, status } = thread;
  const active = runs.filter((run) => !isFinal(run.status));
  return [
    ...active.map((run) => `run ${run.id} of thread ${id} is still ${run.status}`),
    ...(status === 'BUSY' ? [`thread ${id} is BUSY without an active run`] : []),
    ...(status === 'INTERRUPTED' && !waiting.isPaused ? [`thread ${id} is INTERRUPTED and nothing waits`] : []),
    ...(status === 'IDLE' && waiting.isPaused ? [`thread ${id} is IDLE, but something waits in it`] : []),
    ...((state?.checkpointId ?? null) === waiting.checkpointId ? [] : [`the cached state of thread ${id} is not its newest checkpoint`]),
    ...(waiting.checkpointId === null || equal(state?.values, waiting.values)
      ? []
      : [`the cached values of thread ${id} are not its state's`]),
    ...(equal(waiting.inbox, waiting.interrupts) ? [] : [`the inbox of thread ${id} is not what waits in its state`]),
  ];
}

function breachesOfLog({ thread, runs, events }: ThreadRows): string[] {
  const breaches = events.every(({ seq }, index) => seq === index + 1) ? [] : [`the log of thread ${thread?.id} has a gap`];
  let holder: string | null = null;
  for (const { kind, runId, data } of events) {
    const status = kind === 'RUN_STATUS' ? (data as { status: string }).status : null;
    if (status === 'RUNNING' && holder !== null) breaches.push(`run ${runId} began while run ${holder} was RUNNING`);
    if (status === 'RUNNING') holder = runId;
    else if (status !== null && runId === holder) holder = null;
  }
  for (const run of runs) {
    const own = events.filter(({ runId }) => runId === run.id);
    const ends = own.filter(({ kind }) => kind === 'END');
    if (ends.length !== 1) breaches.push(`run ${run.id} has ${ends.length} end events`);
    else if (own.at(-1) !== ends[0]) breaches.push(`run ${run.id} has an event after its end`);
    else if ((ends[0]?.data as { status: string }).status !== run.status)
      breaches.push(`the end event of run ${run.id} lies about its status`);
  }
  return breaches;
}

/** What rolled-back runs wrote is gone, and what others wrote is not. */
function breachesOfMemory({ thread, runs, memory, waiting }: ThreadRows): string[] {
  const kept = new Set(runs.filter(({ removedAt }) => removedAt === null).map(({ id }) => id));
  const strays = memory.filter(({ runId }) => runId !== null && !kept.has(runId));
  const steps = stepsOf({ waiting });
  const ownersOf = steps.flatMap((step) => (step.includes('/') ? [step.split('/')[0] ?? ''] : []));
  const blocks = ownersOf.filter((owner, index) => owner !== ownersOf[index - 1]);
  return [
    ...strays.map(({ table, runId }) => `a row of ${table} in thread ${thread?.id} is from run ${runId}, which is gone`),
    ...ownersOf
      .filter((owner) => !kept.has(owner))
      .map((owner) => `the values of thread ${thread?.id} hold a step of run ${owner}, which is gone`),
    ...(new Set(blocks).size === blocks.length ? [] : [`the steps of two runs are mixed in thread ${thread?.id}`]),
    ...(new Set(steps).size === steps.length ? [] : [`a step stands twice in the values of thread ${thread?.id}`]),
  ];
}

function stepsOf({ waiting }: Pick<ThreadRows, 'waiting'>): readonly string[] {
  return (waiting.values as { steps?: string[] } | null)?.steps ?? [];
}

/** Runs that were due begin in the order in which they were created. */
function breachesOfOrder({ runs, events }: ThreadRows, { scenario }: Played): string[] {
  const delayed = new Set(scenario.deeds.flatMap(({ step }) => (step.kind === 'create' && step.isDelayed ? [step.runId] : [])));
  const beganAt = (id: string): number =>
    events.find(({ runId, kind, data }) => runId === id && kind === 'RUN_STATUS' && (data as { status: string }).status === 'RUNNING')
      ?.seq ?? 0;
  const begun = runs.filter(({ id }) => beganAt(id) > 0 && !delayed.has(id));
  return begun.flatMap((run, index) => {
    const before = begun[index - 1];
    return before && beganAt(before.id) > beganAt(run.id) ? [`run ${run.id} began before run ${before.id}, which was there before`] : [];
  });
}

function breachesOfAnswers(rows: readonly ThreadRows[], { scenario, answers }: Played): string[] {
  const runs = new Map(rows.flatMap((thread) => thread.runs.map((run) => [run.id, run] as const)));
  const eventsOf = (id: string): number => rows.flatMap(({ events }) => events).filter(({ runId }) => runId === id).length;
  // With its thread a run's id is free again: what is there now may be another one.
  const wasDeleted = ({ deed, beganAt }: Answer): boolean =>
    answers.some((other) => other.deed.step.kind === 'delete' && other.deed.threadId === deed.threadId && other.answeredAt > beganAt);
  const rolledBack = (threadId: string): boolean =>
    scenario.deeds.some(
      ({ threadId: other, step }) =>
        other === threadId &&
        ((step.kind === 'create' && step.strategy === 'ROLLBACK') || ('action' in step && step.action === 'ROLLBACK')),
    );

  return answers.flatMap((answer): string[] => {
    const { deed, outcome } = answer;
    switch (outcome.kind) {
      case 'failed':
        return [`${deed.step.kind} failed: ${outcome.error instanceof Error ? outcome.error.stack : String(outcome.error)}`];
      case 'refused':
        return mayRefuse(deed.step.kind, outcome.code) ? [] : [`${deed.step.kind} was refused with ${outcome.code}`];
      case 'created': {
        if (wasDeleted(answer)) return [];
        const run = runs.get(outcome.run.id);
        if (!run) return [`run ${outcome.run.id} was acknowledged and is gone`];
        if (run.removedAt && !rolledBack(deed.threadId)) return [`run ${run.id} was removed, and nobody asked for it`];
        return [];
      }
      case 'cancelled': {
        if (wasDeleted(answer)) return [];
        const run = runs.get(outcome.run.id);
        if (!run) return [`run ${outcome.run.id} was cancelled and is gone`];
        if (run.status !== 'CANCELLED') return [`run ${run.id} was told to stop and is ${run.status}`];
        if (outcome.run.status !== 'CANCELLED')
          return 'wait' in deed.step && deed.step.wait ? [`the cancel of ${run.id} did not wait`] : [];
        if (startsOf(run.id) > outcome.before.nodeStarts) return [`a node of run ${run.id} started after its cancel was acknowledged`];
        return eventsOf(run.id) > outcome.before.events ? [`run ${run.id} has events after its cancel was acknowledged`] : [];
      }
      case 'joined': {
        const { run, done } = outcome.result;
        if (!done) return [`the join of run ${run.id} did not end`];
        return wasDeleted(answer) || runs.get(run.id)?.status === run.status ? [] : [`the join of run ${run.id} said ${run.status}`];
      }
      case 'done': {
        if (deed.step.kind !== 'update' || wasDeleted(answer)) return [];
        const { mark } = deed.step;
        return rows.some((thread) => stepsOf(thread).includes(mark)) ? [] : [`${mark} was acknowledged and is gone`];
      }
    }
  });
}

const GONE = ['RUN_NOT_FOUND', 'THREAD_NOT_FOUND'];
const REFUSALS: Readonly<Record<string, readonly string[]>> = {
  // An answer where nothing waits is bad input.
  create: ['THREAD_BUSY', 'BAD_USER_INPUT'],
  repeat: ['THREAD_BUSY', 'BAD_USER_INPUT'],
  cancel: [...GONE, 'RUN_NOT_CANCELLABLE'],
  cancelAll: [],
  join: GONE,
  update: [...GONE, 'THREAD_BUSY', 'INVALID_STATE_UPDATE'],
  delete: GONE,
};

function mayRefuse(kind: string, code: string): boolean {
  return REFUSALS[kind]?.includes(code) ?? false;
}

function equal(one: unknown, other: unknown): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}
