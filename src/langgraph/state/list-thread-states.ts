import type { ThreadState } from '../../domain/thread-state.js';
import type { StateListQuery } from '../../ports/graphs.js';
import { type StateReader, toThreadState } from './read-thread-state.js';

/** As the port `Graphs.listStates` describes it. */
export async function listThreadStates(reader: StateReader, query: StateListQuery): Promise<ThreadState[]> {
  const { checkpointNs, fromId, beforeId, metadata, limit } = query;
  const namespace = { thread_id: reader.threadId, checkpoint_ns: checkpointNs };
  const filter = metadata && { filter: { ...metadata } };
  const states: ThreadState[] = [];
  const add = async (place: object, options: object): Promise<void> => {
    const left = limit - states.length;
    if (left <= 0) return;
    for await (const tuple of reader.checkpointer.list({ configurable: place }, { ...filter, ...options, limit: left })) {
      const state = await toThreadState(reader, tuple, { subgraphs: false, isNewest: false });
      if (state) states.push(state);
    }
  };
  // LangGraph's savers list what comes before a checkpoint; the one to begin with is listed by itself.
  if (fromId !== null) await add({ ...namespace, checkpoint_id: fromId }, {});
  const olderThan = fromId ?? beforeId;
  await add(namespace, olderThan === null ? {} : { before: { configurable: { ...namespace, checkpoint_id: olderThan } } });
  return states;
}
