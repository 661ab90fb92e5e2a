import type { LogEvent } from './event.js';
import { isJsonObject, type Json } from './json.js';
import { RUN_STATUSES, type Run, type RunStatus } from './run.js';
import { THREAD_STATUSES, type Thread, type ThreadStatus } from './thread.js';
import type { StatePlace, ThreadState } from './thread-state.js';

/** A row of a thread's log with what it is about: the run and the thread as they are, but with the status that the row tells. */
export type ThreadEvent =
  | { readonly kind: 'RUN_EVENT'; readonly event: LogEvent }
  | { readonly kind: 'RUN_STATUS'; readonly event: LogEvent; readonly run: Run }
  | { readonly kind: 'THREAD_STATUS'; readonly event: LogEvent; readonly thread: Thread }
  /** `state` null: it was not asked for. */
  | { readonly kind: 'THREAD_STATE'; readonly event: LogEvent; readonly state: ThreadState | null };

/** The status that a RUN_STATUS row tells. */
export function runStatusOf(event: LogEvent): RunStatus {
  return statusIn(event, RUN_STATUSES);
}

/** The status that a THREAD_STATUS row tells. */
export function threadStatusOf(event: LogEvent): ThreadStatus {
  return statusIn(event, THREAD_STATUSES);
}

/** The checkpoint that a THREAD_STATE row names. */
export function statePlaceOf(event: LogEvent): StatePlace & { readonly checkpointId: string } {
  const checkpointId = valueIn(event, 'checkpoint_id');
  const checkpointNs = valueIn(event, 'checkpoint_ns') ?? '';
  if (typeof checkpointId === 'string' && typeof checkpointNs === 'string') return { checkpointId, checkpointNs };
  throw oddRow(event);
}

function statusIn<Status extends string>(event: LogEvent, known: readonly Status[]): Status {
  const told = valueIn(event, 'status');
  const status = known.find((one) => one === told);
  if (status === undefined) throw oddRow(event);
  return status;
}

function valueIn({ data }: LogEvent, key: string): Json | undefined {
  return isJsonObject(data) ? data[key] : undefined;
}

function oddRow({ threadId, seq, kind, data }: LogEvent): Error {
  return new Error(`Row ${seq} of thread ${threadId}'s log is a ${kind}, but holds ${JSON.stringify(data)}.`);
}
