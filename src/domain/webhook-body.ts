import type { Json, JsonObject } from './json.js';
import { toRestKwargs } from './rest-kwargs.js';
import type { Run, RunStatus } from './run.js';
import type { RunKwargs } from './run-kwargs.js';

/**
 * What a webhook is told of a run that has ended, in LangGraph Platform's wire form; `webhook_sent_at` is added when it is sent. The platform
 * knows no words of its own for a paused and a cancelled run: they are `success` and `interrupted` there.
 */
export function toWebhookBody(run: Run, { kwargs, values }: { kwargs: RunKwargs; values: Json }): JsonObject {
  return {
    run_id: run.id,
    thread_id: run.threadId,
    assistant_id: run.assistantId,
    created_at: run.createdAt.toISOString(),
    updated_at: run.updatedAt.toISOString(),
    status: REST_STATUS[run.status],
    metadata: run.metadata,
    kwargs: toRestKwargs(kwargs),
    multitask_strategy: run.multitaskStrategy.toLowerCase(),
    run_started_at: run.startedAt?.toISOString() ?? null,
    run_ended_at: run.finishedAt?.toISOString() ?? null,
    values,
    error: run.error && { error: run.error.name, message: run.error.message },
  };
}

const REST_STATUS: Readonly<Record<RunStatus, string>> = {
  PENDING: 'pending',
  RUNNING: 'running',
  SUCCESS: 'success',
  ERROR: 'error',
  TIMEOUT: 'timeout',
  INTERRUPTED: 'success',
  CANCELLED: 'interrupted',
};
