import { Command, MemorySaver, Send, type StateSnapshot } from '@langchain/langgraph';
import { expect } from 'vitest';
import type { Durability } from '../../src/domain/stream-mode.js';
import { toWire } from '../../src/langgraph/events/wire.js';
import { ask, collect, EVENT_FIELDS, type EventRecord } from './client.js';
import { withNumberedIds } from './graph-calls.js';
import * as graphs from './human-graphs/graphs.js';
import { fromServer, fromSnapshots, readHistory, readState, runOn, type StateJson, withoutLostParents } from './thread-states.js';

const MAKERS = {
  plain: graphs.makePlain,
  twice: graphs.makeTwice,
  parallel: graphs.makeParallel,
  nested: graphs.makeNested,
  tools: graphs.makeTools,
  agent: graphs.makeAgent,
  fussy: graphs.makeFussy,
};
export type PairGraphId = keyof typeof MAKERS;

/** One run, told in a way that both sides understand. */
export interface PairStep {
  readonly input?: unknown;
  /** The answer; or one made of the ids, which differ on both sides, of what was asked. */
  readonly resume?: unknown;
  readonly update?: unknown;
  readonly goto?: readonly { readonly node: string; readonly input?: unknown }[];
  readonly interruptBefore?: readonly string[];
  readonly interruptAfter?: readonly string[];
  readonly streamSubgraphs?: boolean;
  readonly durability?: Durability;
  /** Begins at the checkpoint at this place of the root graph's history, 0 being the newest. */
  readonly back?: number;
}

type IdOf = (question: string) => string;

/** The same graph on a thread of the server and driven by LangGraph itself with its own in-memory saver. */
export interface GraphPair {
  readonly threadId: () => string;
  /** Runs both, and expects the same events and the same error of both; gives the server's. */
  run(step: PairStep): Promise<{ readonly id: string; readonly status: string; readonly events: readonly EventRecord[] }>;
  /** Writes the same state update to both; `toPlace` finds the namespace of a subgraph, which differs on both sides. */
  update(values: unknown, asNode: string, toPlace?: (state: Nested) => Nested | undefined): Promise<void>;
  /** Expects the same state, next, tasks, and history of both, in the root graph and in all its subgraphs; gives the server's state. */
  expectEqual(): Promise<StateJson>;
  /** What waits: the same questions on both sides. */
  questions(): Promise<unknown[]>;
}

/** A state with a namespace, and those of the subgraphs among its tasks. */
export interface Nested {
  readonly namespace: string;
  readonly inner: readonly Nested[];
}

const STREAM_MODES = { values: 'RunValuesEvent', updates: 'RunUpdatesEvent', custom: 'RunCustomEvent' } as const;

type Chunk = readonly [readonly string[], keyof typeof STREAM_MODES, unknown];

interface Reference {
  stream(input: unknown, options: object): Promise<AsyncIterable<readonly unknown[]>>;
  getState(config: object, options?: { subgraphs?: boolean }): Promise<StateSnapshot>;
  getStateHistory(config: object): AsyncIterable<StateSnapshot>;
  updateState(config: object, values: unknown, asNode: string): Promise<unknown>;
}

export function openPair(url: string, graphId: PairGraphId): GraphPair {
  const reference = MAKERS[graphId]({ checkpointer: new MemorySaver() }) as unknown as Reference;
  const config = { configurable: { thread_id: 't' } };
  let threadId: string | undefined;
  /** What the last run of the reference left unanswered, as it said itself. */
  let waiting: unknown[] = [];

  const placeOf = (namespace: string) => ({ configurable: { ...config.configurable, checkpoint_ns: namespace } });
  const historyOf = (namespace: string) => collect(reference.getStateHistory(placeOf(namespace)));
  const serverHistoryOf = async (namespace: string) =>
    (await readHistory(url, threadId!, { checkpoint: { checkpointNs: namespace } })).nodes;

  async function runReference(step: PairStep): Promise<{ events: Chunk[]; error: { error: string; message: string } | null }> {
    const { tasks } = await reference.getState(config);
    const idOf = idsAmong(tasks.flatMap(({ interrupts }) => interrupts.map(({ id, value }) => [id, value] as const)));
    const start = step.back === undefined ? config : (await historyOf(''))[step.back]!.config;
    const events: Chunk[] = [];
    let error: { error: string; message: string } | null = null;
    try {
      const stream = await reference.stream(toLanggraphInput(step, idOf), {
        ...start,
        streamMode: Object.keys(STREAM_MODES),
        subgraphs: step.streamSubgraphs ?? false,
        durability: (step.durability ?? 'ASYNC').toLowerCase(),
        ...(step.interruptBefore && { interruptBefore: toNames(step.interruptBefore) }),
        ...(step.interruptAfter && { interruptAfter: toNames(step.interruptAfter) }),
      });
      for await (const chunk of stream) {
        const [namespace, mode, payload] = (step.streamSubgraphs ? chunk : [[], ...chunk]) as unknown as Chunk;
        // At once: what LangGraph emitted gets ids later, when a reducer takes it up.
        events.push([namespace, mode, toWire(payload)]);
      }
    } catch (thrown) {
      const { name, message } = thrown as Error;
      error = { error: name, message };
    }
    waiting = events.flatMap(([namespace, mode, payload]) =>
      mode === 'updates' && namespace.length === 0 ? ((payload as { __interrupt__?: { value: unknown }[] }).__interrupt__ ?? []) : [],
    );
    return { events, error };
  }

  async function runServer(step: PairStep) {
    const state = threadId && (await readState(url, threadId));
    const asked = state ? state.tasks.flatMap(({ interrupts }) => interrupts) : [];
    const idOf = idsAmong(asked.map(({ interruptId, value }) => [interruptId, value] as const));
    const run = await runOn(url, {
      assistantId: graphId,
      threadId,
      streamModes: ['VALUES', 'UPDATES', 'CUSTOM'],
      ...toServerInput(step, idOf),
      ...(step.back !== undefined && { checkpointId: (await serverHistoryOf(''))[step.back]!.checkpoint.checkpointId }),
    });
    threadId = run.threadId;
    return { ...run, events: await readEvents(url, run.id) };
  }

  return {
    threadId: () => threadId!,
    async run(step) {
      const expected = await runReference(step);
      const run = await runServer(step);
      const told = run.events.filter(({ __typename }) => Object.values<string>(STREAM_MODES).includes(__typename));
      expect(withNumberedIds(told.map(({ __typename, namespace, data }) => [namespace, __typename, data]))).toEqual(
        withNumberedIds(expected.events.map(([namespace, mode, payload]) => [namespace, STREAM_MODES[mode], payload])),
      );
      const failure = run.events.find(({ __typename }) => __typename === 'RunErrorEvent');
      expect(failure?.data ?? null).toEqual(expected.error);
      return run;
    },
    async update(values, asNode, toPlace = (state) => state) {
      const theirs = toPlace(await nestedOf(reference, placeOf('')))!.namespace;
      await reference.updateState(placeOf(theirs), values, asNode);
      const ours = toPlace(toNested((await readState(url, threadId!, { subgraphs: true }))!))!.namespace;
      const query = `mutation ($id: ID!, $input: UpdateThreadStateInput!) { updateThreadState(threadId: $id, input: $input) { checkpoint { checkpointId } } }`;
      await ask(url, query, { id: threadId, input: { values, asNode, checkpoint: { checkpointNs: ours } } });
    },
    async expectEqual() {
      for (const subgraphs of [false, true]) {
        const state = await readState(url, threadId!, { subgraphs });
        const snapshots = [await reference.getState(config, { subgraphs })];
        expect(fromServer(withoutLostParents([state!], snapshots))).toEqual(fromSnapshots(snapshots));
      }
      const pairs: (readonly [ours: string, theirs: string])[] = [['', '']];
      for (const [ours, theirs] of pairs) {
        const [nodes, snapshots] = [await serverHistoryOf(ours), await historyOf(theirs)];
        expect(fromServer(withoutLostParents(nodes, snapshots))).toEqual(fromSnapshots(snapshots));
        const found = new Set(subgraphsAmong(nodes.map(toNested)));
        const expected: string[] = [];
        for (const namespace of new Set(snapshots.flatMap(({ tasks }) => tasks.flatMap(namespaceOf)))) {
          // LangGraph names the place of a subgraph that has not begun, too.
          if ((await historyOf(namespace)).length > 0) expected.push(namespace);
        }
        expect(found.size).toBe(expected.length);
        [...found].forEach((namespace, index) => pairs.push([namespace, expected[index]!]));
      }
      return (await readState(url, threadId!))!;
    },
    async questions() {
      const query = 'query ($id: ID!) { thread(id: $id) { status interrupts { interruptId value } } }';
      const { thread } = await ask<{ thread: { interrupts: { value: unknown }[] } }>(url, query, { id: threadId });
      const values = thread.interrupts.map(({ value }) => value);
      expect(values.map((value) => JSON.stringify(value)).sort()).toEqual(
        waiting.map((interrupt) => JSON.stringify((interrupt as { value: unknown }).value)).sort(),
      );
      return values;
    },
  };
}

/** A run's whole log. */
export async function readEvents(url: string, runId: string): Promise<readonly EventRecord[]> {
  const query = `query ($id: ID!) { run(id: $id) { events(first: 1000) { nodes { ${EVENT_FIELDS} } } } }`;
  return (await ask<{ run: { events: { nodes: EventRecord[] } } }>(url, query, { id: runId })).run.events.nodes;
}

function idsAmong(asked: readonly (readonly [string | undefined, unknown])[]): IdOf {
  return (question) => asked.find(([, value]) => JSON.stringify(value).includes(question))![0]!;
}

function isCommand(step: PairStep): boolean {
  return 'resume' in step || 'update' in step || 'goto' in step;
}

function toLanggraphInput(step: PairStep, idOf: IdOf): unknown {
  if (!isCommand(step)) return step.input ?? null;
  return new Command({
    ...('resume' in step && { resume: answerOf(step, idOf) }),
    ...('update' in step && { update: step.update as Record<string, unknown> }),
    ...(step.goto && { goto: step.goto.map((target) => ('input' in target ? new Send(target.node, target.input) : target.node)) }),
  });
}

function toServerInput(
  { input, update, goto, interruptBefore, interruptAfter, streamSubgraphs, durability, ...step }: PairStep,
  idOf: IdOf,
): object {
  const command = { ...('resume' in step && { resume: answerOf(step, idOf) }), update, goto };
  return { input, interruptBefore, interruptAfter, streamSubgraphs, durability, ...((isCommand(step) || update || goto) && { command }) };
}

function answerOf({ resume }: PairStep, idOf: IdOf): unknown {
  return typeof resume === 'function' ? (resume as (idOf: IdOf) => unknown)(idOf) : resume;
}

function toNames(names: readonly string[]): readonly string[] | '*' {
  return names.includes('*') ? '*' : names;
}

type SnapshotTask = StateSnapshot['tasks'][number];

function namespaceOf({ state }: SnapshotTask): string[] {
  if (!state) return [];
  const { configurable } = 'config' in state ? state.config : state;
  return [String(configurable?.['checkpoint_ns'])];
}

async function nestedOf(reference: Reference, place: object): Promise<Nested> {
  const fromSnapshot = (snapshot: StateSnapshot): Nested => ({
    namespace: String(snapshot.config.configurable?.['checkpoint_ns'] ?? ''),
    inner: snapshot.tasks.flatMap(({ state }) => (state && 'tasks' in state ? [fromSnapshot(state)] : [])),
  });
  return fromSnapshot(await reference.getState(place, { subgraphs: true }));
}

function toNested(state: StateJson): Nested {
  return {
    namespace: state.checkpoint.checkpointNs,
    inner: state.tasks.flatMap((task) =>
      task.state ? [toNested(task.state)] : task.checkpoint ? [{ namespace: task.checkpoint.checkpointNs, inner: [] }] : [],
    ),
  };
}

function subgraphsAmong(states: readonly Nested[]): string[] {
  return states.flatMap(({ inner }) => inner.map(({ namespace }) => namespace));
}
