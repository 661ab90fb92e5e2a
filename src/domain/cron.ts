import { type CronSchedule, nextFireAt } from './cron-schedule.js';
import type { JsonObject } from './json.js';
import { toRestKwargs } from './rest-kwargs.js';
import type { RunError, RunStatus } from './run.js';
import { type CreateRun, decideRunRequest } from './run-request.js';

/** What each run of a cron is created with. */
export type CronPayload = Pick<
  CreateRun,
  | 'input'
  | 'config'
  | 'context'
  | 'webhook'
  | 'interruptBefore'
  | 'interruptAfter'
  | 'multitaskStrategy'
  | 'streamModes'
  | 'streamSubgraphs'
  | 'streamResumable'
  | 'durability'
>;

/** A schedule that puts runs on a thread (`threadId`), or on a new one each time. */
export interface Cron extends CronSchedule {
  readonly id: string;
  readonly assistantId: string;
  readonly threadId: string | null;
  readonly enabled: boolean;
  /** What becomes of the thread that a firing made. */
  readonly onRunCompleted: 'DELETE' | 'KEEP';
  readonly endAt: Date | null;
  /** null: paused, or ended. */
  readonly nextRunAt: Date | null;
  readonly payload: CronPayload;
  readonly metadata: JsonObject;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export const CRON_FIRE_OUTCOMES = ['STARTED', 'MISSED', 'FAILED', 'MANUAL'] as const;
export type CronFireOutcome = (typeof CRON_FIRE_OUTCOMES)[number];

/** What one firing did. */
export interface CronFire {
  readonly id: string;
  readonly cronId: string;
  readonly scheduledAt: Date;
  readonly firedAt: Date;
  readonly outcome: CronFireOutcome;
  /** Fire times that a MISSED row stands for, from `scheduledAt` on; else 0. */
  readonly missedCount: number;
  readonly runId: string | null;
  /** How the run ended; null: it has not, or there is none. */
  readonly runStatus: RunStatus | null;
  readonly error: RunError | null;
}

/** The first fire time after an instant; null: it is paused, or has ended by then. */
export function nextRunAt(cron: CronSchedule & Pick<Cron, 'enabled' | 'endAt'>, after: Date): Date | null {
  const next = cron.enabled ? nextFireAt(cron, after) : null;
  return next !== null && (cron.endAt === null || next <= cron.endAt) ? next : null;
}

/** The creation of one run of a cron. */
export function toCreateRun(cron: Cron): CreateRun {
  return {
    ...cron.payload,
    assistantId: cron.assistantId,
    threadId: cron.threadId,
    metadata: { ...cron.metadata, cron_id: cron.id },
    config: { ...cron.payload.config, configurable: { ...cron.payload.config?.configurable, cron_id: cron.id } },
    onCompletion: cron.onRunCompleted,
  };
}

/** What a cron creates its runs with, as LangGraph Platform's REST API spells it. */
export function toRestPayload(cron: Cron): JsonObject {
  const request = decideRunRequest(toCreateRun(cron));
  const { command: _never, checkpoint: _neither, ...kwargs } = toRestKwargs(request);
  return {
    assistant_id: cron.assistantId,
    ...kwargs,
    webhook: request.webhook,
    multitask_strategy: request.multitaskStrategy.toLowerCase(),
  };
}
