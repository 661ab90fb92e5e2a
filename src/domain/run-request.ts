import { badUserInput, type InputIssue } from './errors.js';
import type { Json, JsonObject } from './json.js';
import type { MultitaskStrategy } from './multitask.js';
import { type CommandChoice, decideCommand, findCommandFaults } from './run-command.js';
import { decideRunConfig, findRunConfigIssues, type GivenRunConfig, type RunConfig } from './run-config.js';
import type { CheckpointRef, RunCommand } from './run-kwargs.js';
import type { Durability, StreamMode } from './stream-mode.js';
import { isUuid } from './uuid.js';

/** What a client sends to create a run; absent and null mean the default, except `input: null` (continue) and `command.resume: null` (an answer). */
export interface CreateRun {
  readonly id?: string | null;
  readonly threadId?: string | null;
  readonly assistantId: string;
  readonly input?: Json;
  readonly command?: CommandChoice | null;
  readonly streamModes?: readonly StreamMode[] | null;
  readonly streamSubgraphs?: boolean | null;
  readonly streamResumable?: boolean | null;
  readonly metadata?: JsonObject | null;
  readonly config?: GivenRunConfig | null;
  readonly context?: Json;
  readonly checkpoint?: {
    readonly checkpointId?: string | null;
    readonly checkpointNs?: string | null;
    readonly checkpointMap?: JsonObject | null;
  } | null;
  readonly checkpointId?: string | null;
  readonly interruptBefore?: readonly string[] | null;
  readonly interruptAfter?: readonly string[] | null;
  readonly feedbackKeys?: readonly string[] | null;
  readonly multitaskStrategy?: MultitaskStrategy | null;
  readonly ifNotExists?: 'CREATE' | 'REJECT' | null;
  readonly onCompletion?: 'DELETE' | 'KEEP' | null;
  /** Only for waitRun: what a client that hangs up does to the run. */
  readonly onDisconnect?: 'CANCEL' | 'CONTINUE' | null;
  /** http(s) URL that is called once when the run has ended. */
  readonly webhook?: string | null;
  /** When it becomes due; its thread is BUSY meanwhile. */
  readonly afterSeconds?: number | null;
  readonly durability?: Durability | null;
  readonly checkpointDuring?: boolean | null;
}

/** A checked creation request with every default applied: equal requests mean equal runs, so its digest is what idempotency compares. */
export interface RunRequest {
  readonly runId: string | null;
  /** null: stateless, on a thread of its own. */
  readonly threadId: string | null;
  readonly assistantId: string;
  readonly input: Json;
  readonly command: RunCommand | null;
  readonly streamModes: readonly StreamMode[];
  readonly streamSubgraphs: boolean;
  /** Whether the events are kept for the server's retention; false: only for a grace period after the run's end. */
  readonly streamResumable: boolean;
  readonly metadata: JsonObject;
  readonly config: RunConfig;
  readonly context: Json;
  readonly checkpoint: CheckpointRef | null;
  readonly interruptBefore: readonly string[] | null;
  readonly interruptAfter: readonly string[] | null;
  readonly feedbackKeys: readonly string[] | null;
  readonly multitaskStrategy: MultitaskStrategy;
  readonly ifNotExists: 'CREATE' | 'REJECT';
  readonly onCompletion: 'DELETE' | 'KEEP';
  readonly onDisconnect: 'CANCEL' | 'CONTINUE';
  readonly webhook: string | null;
  readonly afterSeconds: number;
  readonly durability: Durability;
}

/** 30 days: what is to happen later than that is a cron's. */
const AFTER_SECONDS_MAX = 30 * 24 * 60 * 60;

/** Checks a creation request, which stands at `path`, and applies the defaults; BAD_USER_INPUT lists every fault at once. */
export function decideRunRequest(given: CreateRun, path: readonly (string | number)[] = ['input']): RunRequest {
  const issues = findIssues(given, path);
  if (issues.length > 0) {
    const faults = issues.map(({ path, message }) => `\`${path.join('.')}\` ${message}`);
    throw badUserInput(`The run cannot be created: ${faults.join('; ')}.`, issues);
  }
  return {
    runId: given.id?.toLowerCase() ?? null,
    threadId: given.threadId?.toLowerCase() ?? null,
    assistantId: given.assistantId,
    input: given.input ?? null,
    command: decideCommand(given.command),
    streamModes: given.streamModes ?? ['VALUES'],
    streamSubgraphs: given.streamSubgraphs ?? false,
    streamResumable: given.streamResumable ?? true,
    metadata: given.metadata ?? {},
    config: decideRunConfig(given.config),
    context: given.context ?? null,
    checkpoint: decideCheckpoint(given),
    interruptBefore: given.interruptBefore ?? null,
    interruptAfter: given.interruptAfter ?? null,
    feedbackKeys: given.feedbackKeys ?? null,
    multitaskStrategy: given.multitaskStrategy ?? 'REJECT',
    ifNotExists: given.ifNotExists ?? 'REJECT',
    onCompletion: given.onCompletion ?? 'DELETE',
    onDisconnect: given.onDisconnect ?? 'CONTINUE',
    webhook: given.webhook ?? null,
    afterSeconds: given.afterSeconds ?? 0,
    durability: given.durability ?? (given.checkpointDuring === false ? 'EXIT' : 'ASYNC'),
  };
}

function findIssues(given: CreateRun, root: readonly (string | number)[]): InputIssue[] {
  const { id, threadId, config, checkpoint, checkpointId, command, durability, checkpointDuring, afterSeconds } = given;
  const issues: InputIssue[] = [];
  const refuse = (field: string, message: string): unknown => issues.push({ path: [...root, ...field.split('.')], message });
  if (id != null && !isUuid(id)) refuse('id', 'must be a UUID');
  if (threadId != null && !isUuid(threadId)) refuse('threadId', 'must be a UUID');
  issues.push(...findRunConfigIssues(config, [...root, 'config']));
  if (checkpoint?.checkpointId != null && !isUuid(checkpoint.checkpointId)) refuse('checkpoint.checkpointId', 'must be a UUID');
  if (checkpoint?.checkpointNs && checkpoint.checkpointId == null) refuse('checkpoint.checkpointId', 'is needed with `checkpointNs`');
  if (checkpointId != null && !isUuid(checkpointId)) refuse('checkpointId', 'must be a UUID');
  if (checkpoint != null && checkpointId != null) refuse('checkpointId', 'cannot be combined with `checkpoint`');
  if ((checkpoint != null || checkpointId != null) && threadId == null) refuse('threadId', 'is needed with a checkpoint');
  if (command?.resume !== undefined && threadId == null) refuse('threadId', 'is needed to resume');
  for (const { field, message } of findCommandFaults(command)) refuse(field === '' ? 'command' : `command.${field}`, message);
  if (afterSeconds != null && !(afterSeconds >= 0 && afterSeconds <= AFTER_SECONDS_MAX))
    refuse('afterSeconds', `must be from 0 to ${AFTER_SECONDS_MAX} (30 days)`);
  if (durability != null && checkpointDuring != null) refuse('checkpointDuring', 'cannot be combined with `durability`');
  return issues;
}

function decideCheckpoint({ checkpoint, checkpointId }: CreateRun): CheckpointRef | null {
  const id = checkpoint?.checkpointId ?? checkpointId;
  if (id == null) return null;
  return {
    checkpointId: id.toLowerCase(),
    checkpointNs: checkpoint?.checkpointNs ?? '',
    ...(checkpoint?.checkpointMap && { checkpointMap: checkpoint.checkpointMap }),
  };
}
