import type { Deps } from '../../src/services/caller.js';
import { ask, type Answer, collect, type EventRecord, followEvents, send } from './client.js';

export interface RunJson {
  readonly id: string;
  readonly threadId: string;
  readonly status: string;
  readonly cancelRequestedAt: string | null;
}

export interface ThreadJson {
  readonly status: string;
  readonly values: unknown;
  readonly interrupts: readonly { readonly value: unknown }[];
  readonly state: { readonly next: readonly string[]; readonly values: unknown; readonly tasks: unknown } | null;
}

const RUN = 'id threadId status cancelRequestedAt';
const CREATE = `mutation ($input: CreateRunInput!) { createRun(input: $input) { run { ${RUN} } } }`;

/** Creates a run; on a new thread that stays, unless told otherwise. */
export async function createRunOn(url: string, input: object): Promise<RunJson> {
  return (await ask<{ createRun: { run: RunJson } }>(url, CREATE, { input: { onCompletion: 'KEEP', ...input } })).createRun.run;
}

export function tryCreateRunOn(url: string, input: object): Promise<Answer<{ createRun: { run: RunJson } | null }>> {
  return send(url, CREATE, { input: { onCompletion: 'KEEP', ...input } });
}

export function tryCancelRun(url: string, id: string, options: object = {}): Promise<Answer<{ cancelRun: { run: RunJson } | null }>> {
  const query = `mutation ($id: ID!, $action: CancelAction, $wait: Boolean) { cancelRun(id: $id, action: $action, wait: $wait) { run { ${RUN} } } }`;
  return send(url, query, { id, ...options });
}

export async function cancelRunOf(url: string, id: string, options: object = {}): Promise<RunJson> {
  const { data, errors } = await tryCancelRun(url, id, options);
  if (!data?.cancelRun) throw new Error(`The cancel was refused: ${JSON.stringify(errors)}`);
  return data.cancelRun.run;
}

export interface ResultJson {
  readonly done: boolean;
  readonly values: unknown;
  readonly run: RunJson;
}

/** Waits for a run's end. */
export async function joinRunOf(url: string, id: string): Promise<ResultJson> {
  const query = `mutation ($id: ID!) { joinRun(id: $id, timeoutMs: 20000) { done values run { ${RUN} } } }`;
  return (await ask<{ joinRun: ResultJson }>(url, query, { id })).joinRun;
}

export async function findRun(url: string, id: string): Promise<RunJson | null> {
  return (await ask<{ run: RunJson | null }>(url, `query ($id: ID!) { run(id: $id) { ${RUN} } }`, { id })).run;
}

/** What a client sees of a thread's state, subgraphs included. */
export async function readThread(url: string, id: string): Promise<ThreadJson> {
  const query = `query ($id: ID!) { thread(id: $id) { status values interrupts { interruptId value resolvedAt }
    state(subgraphs: true) { values next checkpoint { checkpointId }
      tasks { taskId name result errorMessage interrupts { interruptId value } state { values next } } } } }`;
  return (await ask<{ thread: ThreadJson }>(url, query, { id })).thread;
}

/** A run's whole log; the run must come to an end. */
export function eventsOf(url: string, runId: string): Promise<EventRecord[]> {
  return collect(followEvents(url, runId));
}

export function tryDeleteRun(url: string, id: string): Promise<Answer<{ deleteRun: { deletedId: string } | null }>> {
  return send(url, 'mutation ($id: ID!) { deleteRun(id: $id) { deletedId } }', { id });
}

export async function deleteRunOf(url: string, id: string): Promise<void> {
  const { errors } = await tryDeleteRun(url, id);
  if (errors) throw new Error(`The deletion was refused: ${JSON.stringify(errors)}`);
}

/** Makes a run that was created with `afterSeconds` due now. */
export async function makeDue({ database, signals }: Pick<Deps, 'database' | 'signals'>, id: string): Promise<void> {
  await database.prisma.run.update({ where: { id }, data: { availableAt: new Date(0) } });
  signals.notify('queue');
}
