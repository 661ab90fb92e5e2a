import type { RunChange } from '../../domain/change.js';
import { badUserInput } from '../../domain/errors.js';
import type { LogEvent } from '../../domain/event.js';
import type { StreamMode as Mode } from '../../domain/stream-mode.js';
import { watchRuns } from '../../services/feeds/watch-runs.js';
import { followRun } from '../../services/log/follow-run.js';
import { cancelWhenClientLeaves } from '../../services/runs/cancel-if-client-left.js';
import { builder } from '../builder.js';
import type { RequestContext } from '../context.js';
import { RunEvent } from '../events/run-event.js';
import { StreamMode } from '../runs/run.js';
import { RunChangeType } from './changes.js';
import { flattenBatches } from './flatten-batches.js';

/** Events that `runEvents` takes from the log at once; they go out one by one. */
const TAKE_AT_ONCE = 256;
const BATCH_DEFAULT = 64;
const BATCH_MAX = 1_000;

builder.subscriptionFields((t) => ({
  runEvents: t.field({
    type: RunEvent,
    description:
      "Replays from `after` (null = first event), then live; ends after RunEndEvent. `modes` narrows, never widens, the run's streamModes; metadata, error and end events always pass.",
    args: {
      runId: t.arg.id({ required: true }),
      after: t.arg.id(),
      modes: t.arg({ type: [StreamMode] }),
      subgraphs: t.arg.boolean({ defaultValue: true }),
      cancelOnDisconnect: t.arg.boolean({ defaultValue: false }),
    },
    subscribe: async (_root, args, context) => flattenBatches(await follow(args, TAKE_AT_ONCE, context)),
    resolve: (event: LogEvent) => event,
  }),
  runEventBatches: t.field({
    type: [RunEvent],
    description: 'Same log, everything available per payload (1..maxSize): for busy UIs and slow links.',
    args: {
      runId: t.arg.id({ required: true }),
      after: t.arg.id(),
      modes: t.arg({ type: [StreamMode] }),
      subgraphs: t.arg.boolean({ defaultValue: true }),
      cancelOnDisconnect: t.arg.boolean({ defaultValue: false }),
      maxSize: t.arg.int({ defaultValue: BATCH_DEFAULT }),
    },
    subscribe: (_root, { maxSize, ...args }, context) => follow(args, requireBatchSize(maxSize ?? BATCH_DEFAULT), context),
    resolve: (events: readonly LogEvent[]) => events,
  }),
  runStatusChanged: t.field({
    type: RunChangeType,
    description:
      'With `runId`: its current status first, then each change, ending after a final one. Otherwise one RESYNC first (read your list now), then each change.',
    args: { runId: t.arg.id(), threadId: t.arg.id(), assistantId: t.arg.id() },
    subscribe: async (_root, { runId, threadId, assistantId }, { caller, abort }) =>
      flattenBatches(
        await watchRuns(caller, { runId: runId ?? null, threadId: threadId ?? null, assistantId: assistantId ?? null, abort }),
      ),
    resolve: (change: RunChange) => change,
  }),
}));

interface FollowArguments {
  readonly runId: string;
  readonly after?: string | null | undefined;
  readonly modes?: readonly Mode[] | null | undefined;
  readonly subgraphs?: boolean | null | undefined;
  readonly cancelOnDisconnect?: boolean | null | undefined;
}

async function follow(
  { runId, after, modes, subgraphs, cancelOnDisconnect }: FollowArguments,
  maxSize: number,
  { caller, abort }: RequestContext,
): Promise<AsyncIterableIterator<readonly LogEvent[]>> {
  const events = await followRun(caller, runId, {
    after: after ?? null,
    modes: modes ?? null,
    subgraphs: subgraphs ?? true,
    maxSize,
    abort,
  });
  if (cancelOnDisconnect) cancelWhenClientLeaves(caller, runId, abort);
  return events;
}

function requireBatchSize(maxSize: number): number {
  if (maxSize >= 1 && maxSize <= BATCH_MAX) return maxSize;
  const fact = `must be from 1 to ${BATCH_MAX}`;
  throw badUserInput(`\`maxSize\` ${fact}, but is ${maxSize}.`, [{ path: ['maxSize'], message: fact }]);
}
