import type { RunnableConfig } from '@langchain/core/runnables';
import type { BaseStore } from '@langchain/langgraph-checkpoint';
import { AppError, notFound } from '../../domain/errors.js';
import type { Superstep } from '../../domain/supersteps.js';
import type { GraphThread, PreparedStateUpdate, StateUpdate } from '../../ports/graphs.js';
import { toCommand } from '../call/call-input.js';
import { toConfigurable } from '../call/call-options.js';
import type { RunnableGraph } from '../call/runnable-graph.js';
import type { MakeCheckpointer } from '../checkpointer/make-checkpointer.js';
import { RecordingCheckpointer } from '../checkpointer/recording-checkpointer.js';
import { readState } from './read-state.js';
import { readThreadState } from './read-thread-state.js';
import { findGraphOf, toNodePath } from './subgraphs.js';

export interface StateUpdateDeps {
  readonly graph: RunnableGraph;
  readonly makeCheckpointer: MakeCheckpointer;
  readonly store: BaseStore;
}

/** As the port `Graphs.prepareStateUpdate` describes it. */
export async function prepareStateUpdate(
  deps: StateUpdateDeps,
  { threadId, configurable }: GraphThread,
  update: StateUpdate,
): Promise<PreparedStateUpdate> {
  const recorder = new RecordingCheckpointer(deps.makeCheckpointer({ threadId, fence: null }));
  await requireBase(recorder, threadId, update);
  const { checkpointId, checkpointNs } = update.place;
  const view = await findGraphOf(deps.graph, checkpointNs, recorder);
  if (!view) throw invalidUpdate(`Subgraph "${toNodePath(checkpointNs)}" not found`);
  const config: RunnableConfig & { store: BaseStore } = {
    store: deps.store,
    configurable: {
      ...toConfigurable(threadId, configurable),
      checkpoint_ns: checkpointNs,
      ...(checkpointId !== null && { checkpoint_id: checkpointId }),
      // Told to LangGraph this way, it looks for no subgraph: the view is the subgraph already.
      __pregel_checkpointer: recorder,
    },
  };
  const written = await orInvalidUpdate(recorder, () => view.updateState(config, update.values, update.asNode ?? undefined));
  return toPrepared(deps, recorder, written);
}

/** As the port `Graphs.prepareSupersteps` describes it. */
export async function prepareSupersteps(
  { graphFile, ...deps }: StateUpdateDeps & { readonly graphFile: string },
  { threadId, configurable }: GraphThread,
  supersteps: readonly Superstep[],
): Promise<PreparedStateUpdate> {
  const recorder = new RecordingCheckpointer(deps.makeCheckpointer({ threadId, fence: null }));
  const view = await findGraphOf(deps.graph, '', recorder);
  if (!view) throw new Error('A graph has a root.');
  const steps = await Promise.all(
    supersteps.map(async ({ updates }) => ({
      updates: await Promise.all(
        updates.map(async ({ values, command, asNode }) => ({ values: command ? await toCommand(command, graphFile) : values, asNode })),
      ),
    })),
  );
  const config = {
    store: deps.store,
    configurable: { ...toConfigurable(threadId, configurable), checkpoint_ns: '', __pregel_checkpointer: recorder },
  };
  return toPrepared(deps, recorder, await orInvalidUpdate(recorder, () => view.bulkUpdateState(config, steps)));
}

/** CHECKPOINT_NOT_FOUND unless what the update is laid upon exists; CHECKPOINT_CONFLICT unless the newest one is the expected one. */
async function requireBase(recorder: RecordingCheckpointer, threadId: string, update: StateUpdate): Promise<void> {
  const { checkpointId, checkpointNs } = update.place;
  const namespace = { thread_id: threadId, checkpoint_ns: checkpointNs };
  const newest = await recorder.getTuple({ configurable: namespace });
  const base = checkpointId === null ? newest : await recorder.getTuple({ configurable: { ...namespace, checkpoint_id: checkpointId } });
  // A thread without any checkpoint gets its first one; a subgraph's begins with its parent's step.
  if (!base && (checkpointId !== null || checkpointNs !== '')) throw notFound('Checkpoint', checkpointId ?? checkpointNs);
  const expected = update.expectedCheckpointId;
  const latestCheckpointId = newest?.checkpoint.id ?? null;
  if (expected === null || expected === latestCheckpointId) return;
  const message = `The latest checkpoint of thread ${threadId} is ${latestCheckpointId}, not ${expected}. Read the state again, then decide anew.`;
  throw new AppError('CHECKPOINT_CONFLICT', message, { threadId, expectedCheckpointId: expected, latestCheckpointId });
}

/** Turns what LangGraph or the graph's own functions throw into INVALID_STATE_UPDATE; a database that does not answer stays what it is. */
async function orInvalidUpdate(recorder: RecordingCheckpointer, update: () => Promise<RunnableConfig>): Promise<RunnableConfig> {
  try {
    return await update();
  } catch (error) {
    if (recorder.readFailure) throw recorder.readFailure.error;
    throw invalidUpdate(error instanceof Error ? error.message : String(error));
  }
}

/** @param written the config of the last checkpoint recorded */
function toPrepared(
  { graph, makeCheckpointer }: Pick<StateUpdateDeps, 'graph' | 'makeCheckpointer'>,
  recorder: RecordingCheckpointer,
  { configurable = {} }: RunnableConfig,
): PreparedStateUpdate {
  const threadId = String(configurable['thread_id']);
  const place = { checkpointId: String(configurable['checkpoint_id']), checkpointNs: String(configurable['checkpoint_ns'] ?? '') };
  return {
    async write(transaction) {
      const checkpointer = makeCheckpointer({ threadId, fence: null, transaction });
      await recorder.replay(checkpointer);
      const state = await readThreadState({ graph, checkpointer, threadId }, place, { subgraphs: false });
      if (!state) throw new Error(`Checkpoint ${place.checkpointId} was written and cannot be read.`);
      return { state, latest: await readState(graph, checkpointer, threadId) };
    },
  };
}

function invalidUpdate(message: string): AppError {
  return new AppError('INVALID_STATE_UPDATE', message);
}
