import { badUserInput } from '../../domain/errors.js';
import type { Run } from '../../domain/run.js';
import { type CreateRun, decideRunRequest } from '../../domain/run-request.js';
import { getAssistant } from '../assistants/read-assistants.js';
import type { Caller } from '../caller.js';
import { announce } from '../feeds/announce.js';
import { transactWithState } from '../state/transact-with-state.js';
import { unknownGraph } from '../threads/create-thread.js';
import { type PlacedRun, type PlannedRun, placeRun } from './place-run.js';
import { announceStop } from './stop-runs.js';

export type { CreateRun } from '../../domain/run-request.js';

/**
 * Queues a run and returns it PENDING. Without a thread it gets one of its own; on a thread with an active run its multitask strategy
 * decides. With an id chosen by the client, repeating the call returns the same run, also from two requests at once; another input under
 * that id is refused with ALREADY_EXISTS. A resume that would answer nothing is refused; of two answers at once to one interrupt one is
 * accepted. Five round trips; one or two more with a chosen id, one more with a checkpoint or a resume, one to seven more on a BUSY thread.
 * @throws ASSISTANT_NOT_FOUND, GRAPH_NOT_FOUND, THREAD_NOT_FOUND, THREAD_BUSY, CHECKPOINT_NOT_FOUND, ALREADY_EXISTS, BAD_USER_INPUT; then
 * nothing has changed
 */
export async function createRun(caller: Caller, input: CreateRun): Promise<Run> {
  const planned = await planRun(caller, input, ['input']);
  const placed = await transactWithState(caller, (transaction) => placeRun(transaction, caller, planned));
  announceRun(caller, placed);
  return placed.run;
}

const BATCH_MAX = 100;

/** As {@link createRun}, for 1 to 100 runs: all are created, in this order, or none. */
export async function createRuns(caller: Caller, inputs: readonly CreateRun[]): Promise<Run[]> {
  if (inputs.length < 1 || inputs.length > BATCH_MAX) {
    const message = `must hold from 1 to ${BATCH_MAX} runs, but holds ${inputs.length}`;
    throw badUserInput(`\`inputs\` ${message}.`, [{ path: ['inputs'], message }]);
  }
  const planned: PlannedRun[] = [];
  for (const [index, input] of inputs.entries()) planned.push(await planRun(caller, input, ['inputs', index]));
  const placed = await transactWithState(caller, async (transaction) => {
    const placedSoFar: PlacedRun[] = [];
    for (const plan of planned) placedSoFar.push(await placeRun(transaction, caller, plan));
    return placedSoFar;
  });
  for (const one of placed) announceRun(caller, one);
  return placed.map(({ run }) => run);
}

/** Checks a request and finds its assistant; nothing is written yet. Two round trips at most, outside any transaction. */
export async function planRun(caller: Caller, input: CreateRun, path: readonly (string | number)[]): Promise<PlannedRun> {
  const request = decideRunRequest(input, path);
  const webhookFault = request.webhook === null ? null : caller.webhooks.findFault(request.webhook);
  if (webhookFault !== null) {
    const issue = { path: [...path, 'webhook'], message: webhookFault };
    throw badUserInput(`\`${issue.path.join('.')}\` ${webhookFault}.`, [issue]);
  }
  const assistant = await getAssistant(caller, request.assistantId);
  if (!caller.graphs.has(assistant.graphId)) throw unknownGraph(caller, assistant.graphId);
  return { request, assistant };
}

/** After the commit: wakes the executors, and who follows the thread. */
export function announceRun(caller: Caller, { run, isNew, stopped }: PlacedRun): void {
  if (!isNew) return;
  caller.telemetry.emit('run.created', { runId: run.id, threadId: run.threadId });
  caller.signals.notify('queue');
  announce(caller, { tenantId: caller.tenantId, threadId: run.threadId, threadChanged: true, runIds: [run.id] });
  if (stopped) announceStop(caller, stopped);
}
