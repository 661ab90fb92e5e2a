import type { RunnableConfig } from '@langchain/core/runnables';
import { isJsonObject, type Json } from '../../domain/json.js';
import { toWire } from './wire.js';

/** What LangGraph tells of a checkpoint to the modes `checkpoints` and `debug`. */
interface CheckpointPayload {
  readonly config?: RunnableConfig;
  readonly parentConfig?: RunnableConfig;
  readonly tasks: readonly { readonly state?: unknown }[];
}

/**
 * A checkpoint in LangGraph's wire form: `checkpoint` and `parent_checkpoint` beside the configs, which lose what only the machine
 * understands. A task that is a subgraph has the `checkpoint` of its namespace.
 */
export function toCheckpointWire(payload: unknown): Json {
  const { config, parentConfig, tasks, ...rest } = payload as CheckpointPayload;
  return toWire({
    ...rest,
    tasks: tasks.map(({ state, ...task }) => {
      const checkpoint = placeOf(state);
      return checkpoint ? { ...task, checkpoint } : state === undefined ? task : { ...task, state };
    }),
    checkpoint: placeOf(config),
    parent_checkpoint: placeOf(parentConfig),
    config: withoutMachinery(config),
    parent_config: withoutMachinery(parentConfig),
  });
}

/**
 * A task's start or end. LangGraph.js gives the end of a failed one the result `{}`; here it has `error`, the message, instead, as LangGraph
 * Platform's other server has it.
 */
export function toTaskWire(payload: unknown, findFailure: (taskId: string) => string | null): Json {
  if (!isJsonObject(payload) || !('result' in payload)) return toWire(payload);
  const { result, ...rest } = payload;
  const error = typeof rest['id'] === 'string' ? findFailure(rest['id']) : null;
  return toWire({ ...rest, ...(error === null ? { result } : { error }) });
}

/** `{step, type, timestamp, payload}`, with the payload of a task or checkpoint in its own wire form. */
export function toDebugWire(event: unknown, findFailure: (taskId: string) => string | null): Json {
  if (!isJsonObject(event)) return toWire(event);
  const { payload } = event;
  return toWire({ ...event, payload: event['type'] === 'checkpoint' ? toCheckpointWire(payload) : toTaskWire(payload, findFailure) });
}

function placeOf(config: unknown): object | null {
  const { configurable } = isJsonObject(config) ? (config as RunnableConfig) : {};
  if (!configurable?.['thread_id']) return null;
  const { thread_id, checkpoint_ns, checkpoint_id, checkpoint_map } = configurable as Record<string, unknown>;
  return {
    thread_id,
    checkpoint_ns: checkpoint_ns || '',
    checkpoint_id: checkpoint_id || null,
    checkpoint_map: checkpoint_map || null,
  };
}

function withoutMachinery(config: RunnableConfig | undefined): object | undefined {
  if (!config?.configurable) return config;
  const { callbacks: _callbacks, configurable, ...rest } = config;
  return { ...rest, configurable: Object.fromEntries(Object.entries(configurable).filter(([key]) => !key.startsWith('__'))) };
}
