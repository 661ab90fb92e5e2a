import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { GraphCall, GraphOutput } from '../../ports/graphs.js';
import { GuardedCheckpointer } from '../checkpointer/guarded-checkpointer.js';
import type { MakeCheckpointer } from '../checkpointer/make-checkpointer.js';
import { makeChunkOutputs } from '../events/to-graph-outputs.js';
import { makeTrace } from '../events/trace.js';
import type { LoadedGraph } from '../load/load-graphs.js';
import type { MakeStore } from '../store/graph-store.js';
import { mendBatchedStore } from '../store/mend-batched-store.js';
import { makeBarriers } from './barriers.js';
import { toCallInput } from './call-input.js';
import { toCallOptions, toFactoryConfig } from './call-options.js';
import { requireNodes } from './require-nodes.js';
import { makeRootStream } from './root-stream.js';
import { makeTaskFailures } from './task-failures.js';

export interface RunGraphDeps {
  readonly graph: LoadedGraph;
  readonly makeCheckpointer: MakeCheckpointer;
  readonly makeStore: MakeStore;
}

/**
 * One call of a graph as the port `Graphs.run` describes it. Ends when LangGraph's loop has ended and all its checkpoint writes are settled.
 * Throws what the graph threw; after a failed checkpoint write, that failure (the graph is stopped then); after an abort, the abort's reason.
 * On an abort LangGraph starts no further node and does not wait for those that run: one that ignores its signal goes on in the air, with
 * nobody to take what it returns and no checkpointer that writes. Leaving the iteration early stops the graph in the same way.
 */
export async function* runGraph({ graph, makeCheckpointer, makeStore }: RunGraphDeps, call: GraphCall): AsyncGenerator<GraphOutput> {
  const { streamModes: modes, durability } = call.kwargs;
  const failures = modes.includes('TASKS') || modes.includes('DEBUG') ? makeTaskFailures(durability) : null;
  const root = makeRootStream();
  const barriers = makeBarriers(root);
  const stop = new AbortController();
  let failure: { readonly error: unknown } | null = null;
  const checkpointer = new GuardedCheckpointer(
    makeCheckpointer({ threadId: call.threadId, fence: call.fence, beforePut: (config) => barriers.beforePut(config) }),
    {
      onRead: (config) => root.useStreamOf(config),
      onWrites: (taskId, writes) => failures?.onWrites(taskId, writes),
      afterWrite: () => barriers.afterWrite(),
      onFailure: (error) => {
        failure ??= { error };
        barriers.close();
        stop.abort(error);
      },
    },
  );

  await requireStartPoint(checkpointer, call);
  const { continueFrom, isBeforeInput } = await findContinuation(checkpointer, call);
  const compiled = await graph.open(toFactoryConfig(call));
  await mendBatchedStore(graph.file);
  requireNodes(compiled, call);
  const signal = AbortSignal.any([call.abort, stop.signal]);
  const input = await toCallInput({ checkpointer, graphFile: graph.file }, call);
  const trace = modes.includes('EVENTS') ? makeTrace(root, call, input) : null;
  const callbacks = [trace?.handler, failures?.handler].filter((handler) => handler != null);
  const outputs = makeChunkOutputs(call, { trace, failures, skipFirstState: isBeforeInput });
  const store = makeStore(call);
  const chunks = compiled._streamIterator(input, toCallOptions(call, { checkpointer, store, signal, continueFrom, callbacks }));
  try {
    for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
      // What follows a failed write belongs to steps that no checkpoint stands for.
      if (isFailed()) continue;
      for (const output of outputs.read(next.value)) yield output;
    }
    if (!isFailed()) for (const output of outputs.end()) yield output;
  } catch (error) {
    throwFailure();
    throw call.abort.aborted ? call.abort.reason : error;
  } finally {
    checkpointer.stop();
    barriers.close();
    stop.abort();
    // Waits for LangGraph's loop when the reader left early; else it has ended.
    await chunks.return(undefined);
  }
  throwFailure();

  function isFailed(): boolean {
    return failure !== null;
  }

  function throwFailure(): void {
    if (failure !== null) throw failure.error;
  }
}

/** A run may wait for long: what it is to start from can have been undone or deleted since. LangGraph would begin with an empty state then. */
async function requireStartPoint(checkpointer: BaseCheckpointSaver, { start, threadId, kwargs }: GraphCall): Promise<void> {
  if (start.kind === 'continue' || kwargs.checkpoint === null) return;
  const { checkpointId, checkpointNs } = kwargs.checkpoint;
  const place = { thread_id: threadId, checkpoint_ns: checkpointNs, checkpoint_id: checkpointId };
  if (!(await checkpointer.getTuple({ configurable: place }))) throw new CheckpointGone(checkpointId);
}

class CheckpointGone extends Error {
  override readonly name = 'CheckpointGone';

  constructor(checkpointId: string) {
    super(`Checkpoint ${checkpointId}, which this run was to start from, is no longer there. Start from another one.`);
  }
}

interface Continuation {
  /** Where a second attempt goes on; null: at the thread's newest checkpoint. */
  readonly continueFrom: string | null;
  /** It goes on before the run's input reached the state: LangGraph then begins with the state without it, which no first attempt tells. */
  readonly isBeforeInput: boolean;
}

/**
 * The run's newest checkpoint is also the thread's, unless a clock went backwards. Only then it is named: that makes LangGraph replay it,
 * with tasks of the step that had already finished.
 */
async function findContinuation(checkpointer: BaseCheckpointSaver, { start, threadId }: GraphCall): Promise<Continuation> {
  if (start.kind === 'start') return { continueFrom: null, isBeforeInput: false };
  const place = { thread_id: threadId, checkpoint_ns: '' };
  const newest = await checkpointer.getTuple({ configurable: place });
  const isNewest = newest?.checkpoint.id === start.checkpointId;
  const own = isNewest ? newest : await checkpointer.getTuple({ configurable: { ...place, checkpoint_id: start.checkpointId } });
  const waiting = own?.checkpoint.channel_values ?? {};
  return { continueFrom: isNewest ? null : start.checkpointId, isBeforeInput: Object.hasOwn(waiting, '__start__') };
}
