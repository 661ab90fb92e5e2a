import type { JsonObject } from './json.js';
import type { CheckpointRef, RunCommand, RunKwargs, RunPlacement } from './run-kwargs.js';

/** A run's creation arguments as LangGraph Platform's REST API spells them. */
export function toRestKwargs(kwargs: RunKwargs): JsonObject {
  const { tags, recursionLimit, configurable } = kwargs.config;
  return {
    input: kwargs.input,
    command: kwargs.command && restCommand(kwargs.command),
    config: { tags, configurable, ...(recursionLimit !== null && { recursion_limit: recursionLimit }) },
    context: kwargs.context,
    metadata: kwargs.metadata,
    stream_mode: kwargs.streamModes.map((mode) => mode.toLowerCase().replace('_', '-')),
    stream_subgraphs: kwargs.streamSubgraphs,
    stream_resumable: kwargs.streamResumable,
    checkpoint: kwargs.checkpoint && restCheckpoint(kwargs.checkpoint),
    interrupt_before: kwargs.interruptBefore,
    interrupt_after: kwargs.interruptAfter,
    durability: kwargs.durability.toLowerCase(),
    feedback_keys: kwargs.feedbackKeys,
    ...(kwargs.placement && restPlacement(kwargs.placement)),
  };
}

function restCommand({ resume, update, goto }: RunCommand): JsonObject {
  return {
    ...(resume !== undefined && { resume }),
    ...(update !== undefined && { update }),
    ...(goto !== undefined && { goto: goto.map(({ node, input }) => (input === undefined ? node : { node, input })) }),
  };
}

function restCheckpoint({ checkpointId, checkpointNs, checkpointMap }: CheckpointRef): JsonObject {
  return { checkpoint_id: checkpointId, checkpoint_ns: checkpointNs, ...(checkpointMap && { checkpoint_map: checkpointMap }) };
}

function restPlacement({ multitaskStrategy, ifNotExists, onCompletion, onDisconnect, afterSeconds, webhook }: RunPlacement): JsonObject {
  return {
    multitask_strategy: multitaskStrategy.toLowerCase(),
    if_not_exists: ifNotExists.toLowerCase(),
    on_completion: onCompletion.toLowerCase(),
    on_disconnect: onDisconnect.toLowerCase(),
    after_seconds: afterSeconds,
    webhook,
  };
}
