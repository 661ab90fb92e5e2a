import type { RunnableConfig } from '@langchain/core/runnables';
import { MemorySaver, type StateSnapshot } from '@langchain/langgraph';
import { toWire } from '../../src/langgraph/events/wire.js';
import { ask } from './client.js';
import { withNumberedIds } from './graph-calls.js';
import * as graphs from './state-graphs/graphs.js';

export type GraphId = keyof typeof graphs;

/** The fields of a state that the contract and LangGraph share. */
export const STATE_FIELDS = `
  values next metadata createdAt checkpoint { threadId checkpointId checkpointNs checkpointMap } parentCheckpoint { checkpointId checkpointNs }
  interrupts { interruptId value namespace taskId runId threadId createdAt resolvedAt }`;
const TASK_FIELDS = `taskId name result errorMessage interrupts { interruptId value } checkpoint { checkpointNs }`;
/** A state with three levels of tasks. */
export const STATE = `${STATE_FIELDS} tasks { ${TASK_FIELDS}
  state { ${STATE_FIELDS} tasks { ${TASK_FIELDS}
    state { ${STATE_FIELDS} tasks { ${TASK_FIELDS} state { next } } } } } }`;

export interface CheckpointJson {
  readonly checkpointId: string;
  readonly checkpointNs: string;
}

/** A state as the endpoint gives it. */
export interface StateJson {
  readonly values: Record<string, unknown>;
  readonly next: readonly string[];
  readonly metadata: Record<string, unknown>;
  readonly createdAt: string | null;
  readonly checkpoint: CheckpointJson;
  readonly parentCheckpoint: CheckpointJson | null;
  readonly interrupts: readonly { readonly interruptId: string; readonly value: unknown; readonly namespace: readonly string[] }[];
  readonly tasks: readonly TaskJson[];
}

export interface TaskJson {
  readonly taskId: string;
  readonly name: string;
  readonly result: unknown;
  readonly errorMessage: string | null;
  readonly interrupts: readonly { readonly interruptId: string; readonly value: unknown }[];
  readonly checkpoint: { readonly checkpointNs: string } | null;
  readonly state: StateJson | null;
}

/** A compiled graph, as much of it as tests drive. Told apart by hand: the compiler does not come to an end over the union of all graphs. */
export interface ReferenceGraph {
  invoke(input: unknown, config: RunnableConfig): Promise<unknown>;
  getState(config: RunnableConfig, options?: { subgraphs?: boolean }): Promise<StateSnapshot>;
  getStateHistory(config: RunnableConfig): AsyncIterableIterator<StateSnapshot>;
  updateState(config: RunnableConfig, values: unknown, asNode?: string): Promise<RunnableConfig>;
  bulkUpdateState(
    config: RunnableConfig,
    supersteps: readonly { readonly updates: readonly { readonly values?: unknown; readonly asNode?: string }[] }[],
  ): Promise<RunnableConfig>;
}

interface ReferenceBuilder {
  compile(options: { checkpointer: MemorySaver }): ReferenceGraph;
}

/** A graph driven by LangGraph itself, on one thread, with LangGraph's own memory. */
export function openReference(graphId: GraphId): { graph: ReferenceGraph; config: RunnableConfig } {
  const builders = graphs as unknown as Record<GraphId, ReferenceBuilder>;
  return { graph: builders[graphId].compile({ checkpointer: new MemorySaver() }), config: { configurable: { thread_id: 't' } } };
}

/** Runs a graph on a thread of the server (a new one when there is none yet), and waits for its end. */
export async function runOn(url: string, input: object): Promise<{ threadId: string; id: string; status: string }> {
  const query = 'mutation ($input: CreateRunInput!) { waitRun(input: $input) { run { id threadId status } } }';
  const { waitRun } = await ask<{ waitRun: { run: { threadId: string; id: string; status: string } } }>(url, query, {
    input: { onCompletion: 'KEEP', ...input },
  });
  return waitRun.run;
}

export async function readState(url: string, threadId: string, options: object = {}): Promise<StateJson | null> {
  const query = `query ($id: ID!, $checkpoint: CheckpointInput, $subgraphs: Boolean) {
    thread(id: $id) { state(checkpoint: $checkpoint, subgraphs: $subgraphs) { ${STATE} } } }`;
  return (await ask<{ thread: { state: StateJson | null } }>(url, query, { id: threadId, ...options })).thread.state;
}

export interface HistoryJson {
  readonly nodes: readonly StateJson[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly endCursor: string | null };
}

export async function readHistory(url: string, threadId: string, options: object = {}): Promise<HistoryJson> {
  const query = `query ($id: ID!, $checkpoint: CheckpointInput, $metadata: JSONObject, $first: Int = 100, $after: String) {
    thread(id: $id) { history(checkpoint: $checkpoint, metadata: $metadata, first: $first, after: $after) {
      nodes { ${STATE} } pageInfo { hasNextPage hasPreviousPage endCursor } } } }`;
  return (await ask<{ thread: { history: HistoryJson } }>(url, query, { id: threadId, ...options })).thread.history;
}

/** States of the server in a form in which they equal {@link fromSnapshots} of the same course of events. */
export function fromServer(states: readonly StateJson[]): unknown {
  return withNumberedIds(states.map(plainOfJson));
}

/** LangGraph's own snapshots in that form. */
export function fromSnapshots(snapshots: readonly StateSnapshot[]): unknown {
  return withNumberedIds(snapshots.map(plainOfSnapshot));
}

function plainOfJson(state: StateJson): object {
  return {
    values: state.values,
    next: state.next,
    checkpoint: [state.checkpoint.checkpointNs, state.checkpoint.checkpointId],
    parent: state.parentCheckpoint?.checkpointId ?? null,
    metadata: [state.metadata['source'], state.metadata['step'], state.metadata['parents']],
    tasks: state.tasks.map(({ taskId, name, result, errorMessage, interrupts, state: inner }) => ({
      taskId,
      name,
      result,
      errorMessage,
      interrupts: interrupts.map(({ interruptId, value }) => [interruptId, value]),
      state: inner && plainOfJson(inner),
    })),
  };
}

function plainOfSnapshot({ values, next, config, parentConfig, metadata, tasks }: StateSnapshot): object {
  return {
    values: toWire(values),
    next,
    checkpoint: [idIn(config, 'checkpoint_ns'), idIn(config, 'checkpoint_id')],
    parent: parentOf(config, parentConfig),
    metadata: [metadata?.source, metadata?.step, metadata?.parents],
    tasks: tasks.map((task) => ({
      taskId: task.id,
      name: task.name,
      result: 'result' in task ? toWire(task.result) : null,
      errorMessage: (task.error as { message?: string } | undefined)?.message ?? null,
      interrupts: task.interrupts.map(({ id, value }): unknown[] => [id, value]),
      // LangGraph makes up an empty state for a subgraph that has not begun; the contract's state has a checkpoint.
      state: task.state && 'tasks' in task.state && idIn(task.state.config, 'checkpoint_id') ? plainOfSnapshot(task.state) : null,
    })),
  };
}

/**
 * With durability EXIT, LangGraph writes the checkpoint that a run was resumed from once more when the run stops in that same step, as a child
 * of itself. Ours keeps the parent that it had: null here, and {@link withoutLostParents} there.
 */
function parentOf(config: StateSnapshot['config'], parentConfig: StateSnapshot['parentConfig']): string | null {
  const parent = idIn(parentConfig, 'checkpoint_id');
  return parent === idIn(config, 'checkpoint_id') ? null : parent;
}

/** Our states without the parents that LangGraph has lost. */
export function withoutLostParents(states: readonly StateJson[], snapshots: readonly StateSnapshot[]): StateJson[] {
  return states.map((state, index) => {
    const snapshot = snapshots[index];
    const isLost = snapshot?.parentConfig && parentOf(snapshot.config, snapshot.parentConfig) === null;
    return isLost ? { ...state, parentCheckpoint: null } : state;
  });
}

function idIn(config: StateSnapshot['parentConfig'], key: string): string | null {
  return (config?.configurable?.[key] as string | undefined) ?? null;
}

/** What a state update answered. */
export interface UpdateJson {
  readonly thread: {
    readonly status: string;
    readonly values: unknown;
    readonly stateUpdatedAt: string | null;
    readonly interrupts: readonly { readonly interruptId: string; readonly value: unknown }[];
  };
  readonly state: StateJson;
  readonly checkpoint: CheckpointJson;
}

export const UPDATE_STATE = `mutation ($threadId: ID!, $input: UpdateThreadStateInput!) { updateThreadState(threadId: $threadId, input: $input) {
  thread { status values stateUpdatedAt interrupts { interruptId value } } checkpoint { checkpointId checkpointNs } state { ${STATE} } } }`;

export async function updateState(url: string, threadId: string, input: object): Promise<UpdateJson> {
  return (await ask<{ updateThreadState: UpdateJson }>(url, UPDATE_STATE, { threadId, input })).updateThreadState;
}

/** What a thread shows of itself beside its states. */
export interface ThreadJson {
  readonly id: string;
  readonly status: string;
  readonly metadata: Record<string, unknown>;
  readonly config: unknown;
  readonly values: unknown;
  readonly error: unknown;
  readonly createdAt: string;
  readonly stateUpdatedAt: string | null;
  readonly expiresAt: string | null;
  readonly interrupts: readonly { readonly interruptId: string; readonly value: unknown; readonly runId: string | null }[];
  readonly runs: { readonly nodes: readonly object[] };
  readonly storage: Readonly<Record<'checkpointCount' | 'checkpointBytes' | 'eventCount' | 'eventBytes', number>>;
}

export const THREAD_FIELDS = `id status metadata config { tags recursionLimit configurable } values error { name message } createdAt
  stateUpdatedAt expiresAt interrupts { interruptId value runId } runs { nodes { id } }
  storage { checkpointCount checkpointBytes eventCount eventBytes }`;

export async function readThread(url: string, id: string): Promise<ThreadJson> {
  return (await ask<{ thread: ThreadJson }>(url, `query ($id: ID!) { thread(id: $id) { ${THREAD_FIELDS} } }`, { id })).thread;
}

export async function createThread(url: string, input: object): Promise<ThreadJson> {
  const query = `mutation ($input: CreateThreadInput!) { createThread(input: $input) { thread { ${THREAD_FIELDS} } } }`;
  return (await ask<{ createThread: { thread: ThreadJson } }>(url, query, { input })).createThread.thread;
}

export const COPY_THREAD = `mutation ($id: ID!) { copyThread(id: $id) { thread { ${THREAD_FIELDS} } } }`;

export async function copyThread(url: string, id: string): Promise<ThreadJson> {
  return (await ask<{ copyThread: { thread: ThreadJson } }>(url, COPY_THREAD, { id })).copyThread.thread;
}

export const PRUNE_THREADS =
  'mutation ($ids: [ID!]!, $strategy: PruneStrategy) { pruneThreads(ids: $ids, strategy: $strategy) { prunedCount deletedIds } }';

/** DELETE unless a strategy is given. */
export async function pruneThreads(
  url: string,
  ids: readonly string[],
  strategy?: string,
): Promise<{ prunedCount: number; deletedIds: string[] }> {
  const answer = await ask<{ pruneThreads: { prunedCount: number; deletedIds: string[] } }>(url, PRUNE_THREADS, { ids, strategy });
  return answer.pruneThreads;
}

/** The same states as another thread would show them that is a copy: no run asked there, and what waits appeared later. */
export function withoutRuns(states: readonly StateJson[], threadId: string): unknown {
  const text = JSON.stringify(states, (key, value: unknown) => {
    if (key !== 'interrupts') return value;
    return (value as object[]).map((interrupt) => ({ ...interrupt, runId: null, createdAt: null }));
  });
  return JSON.parse(text.replaceAll(threadId, 'the thread'));
}
