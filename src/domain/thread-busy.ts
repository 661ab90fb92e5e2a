import { AppError } from './errors.js';

/** THREAD_BUSY, naming the run that is in the way. */
export function threadBusy(threadId: string, activeRunId: string | null): AppError {
  const message = `Thread ${threadId} is busy with run ${activeRunId}. Wait for it with joinRun, then try again.`;
  return new AppError('THREAD_BUSY', message, { threadId, activeRunId });
}
