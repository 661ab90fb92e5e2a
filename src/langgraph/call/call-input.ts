import { Command, type Send } from '@langchain/langgraph';
import type { BaseCheckpointSaver } from '@langchain/langgraph-checkpoint';
import type { Json } from '../../domain/json.js';
import type { Goto, RunCommand, RunKwargs } from '../../domain/run-kwargs.js';
import type { GraphCall } from '../../ports/graphs.js';
import { importOwnLanggraph } from '../load/own-langgraph.js';
import { findInterrupts, findPendingInterrupts } from '../state/pending-interrupts.js';

export interface CallInputDeps {
  readonly checkpointer: Pick<BaseCheckpointSaver, 'getTuple'>;
  /** Absolute. */
  readonly graphFile: string;
}

/** What the graph is called with: the run's command or input; null goes on from where the thread stands. */
export async function toCallInput(deps: CallInputDeps, { start, kwargs, threadId }: GraphCall): Promise<unknown> {
  if (start.kind === 'continue') return null;
  const { command, input } = kwargs;
  if (command === null) return input;
  // LangGraph 1.4 takes an answer of null, false, 0 or "" for none at all, unless it stands in a map by interrupt id.
  const resume =
    command.resume === undefined || command.resume ? command.resume : await answerAll(deps.checkpointer, threadId, kwargs, command.resume);
  return toCommand({ ...command, ...(resume !== undefined && { resume }) }, deps.graphFile);
}

/** The same answer for each interrupt that waits where the run begins, by id; where none does, for each that was asked there. */
async function answerAll(
  checkpointer: CallInputDeps['checkpointer'],
  threadId: string,
  { checkpoint }: Pick<RunKwargs, 'checkpoint'>,
  answer: Json,
): Promise<Json> {
  // LangGraph begins in the root graph, whatever namespace was named.
  const checkpointId = checkpoint?.checkpointNs === '' ? checkpoint.checkpointId : checkpoint?.checkpointMap?.[''];
  const place = { thread_id: threadId, checkpoint_ns: '', ...(checkpointId !== undefined && { checkpoint_id: checkpointId }) };
  const tuple = await checkpointer.getTuple({ configurable: place });
  if (!tuple) return answer;
  const waiting = findPendingInterrupts(tuple);
  const asked = waiting.length > 0 ? waiting : findInterrupts(tuple);
  return asked.length === 0 ? answer : Object.fromEntries(asked.map(({ interruptId }) => [interruptId, answer]));
}

/** LangGraph's Command, with Sends of the copy of LangGraph that the graph in `graphFile` uses. */
export async function toCommand({ resume, update, goto }: RunCommand, graphFile: string): Promise<Command> {
  const targets = goto?.some((target) => 'input' in target) ? await toSends(goto, graphFile) : goto?.map(({ node }) => node);
  // LangGraph knows a Command by its `lg_name`, so ours does for every copy of LangGraph.
  return new Command({
    ...(resume !== undefined && { resume }),
    ...(update !== undefined && { update: update as Record<string, unknown> }),
    ...(targets !== undefined && { goto: targets }),
  });
}

async function toSends(goto: readonly Goto[], graphFile: string): Promise<(string | Send)[]> {
  // LangGraph knows a Send by its class.
  const OwnSend = (await importOwnLanggraph(graphFile)).Send;
  return goto.map((target) => ('input' in target ? new OwnSend(target.node, target.input) : target.node));
}
