import type { GraphCall, GraphOutput, Graphs } from '../ports/graphs.js';
import { type BeginningTold, makeBeginningFilter } from './beginning-told.js';
import type { EventWriter } from './event-writer.js';

/**
 * Runs a graph and logs what comes out of it, in order; resolves when the graph call has ended, with what it threw. When the log cannot
 * be written the graph is aborted, and its end awaited, before the log's error is thrown. `told`: what a further attempt tells first, and
 * stands in the log already.
 */
export async function logGraphOutput(
  graphs: Graphs,
  call: GraphCall,
  writer: EventWriter,
  told: BeginningTold,
): Promise<{ readonly error: unknown } | null> {
  const logFailed = new AbortController();
  let logFailure: { readonly error: unknown } | null = null;
  let thrown: { readonly error: unknown } | null = null;
  const beginning = makeBeginningFilter(told);

  async function log(output: GraphOutput): Promise<void> {
    switch (output.kind) {
      case 'event':
        if (!beginning.skips(output.draft)) await writer.append(output.draft);
        return;
      case 'checkpoint':
        beginning.passValues();
        writer.passCheckpoint(output.checkpointId);
        return;
      case 'barrier':
        await writer.flush();
        output.release();
    }
  }

  try {
    for await (const output of graphs.run({ ...call, abort: AbortSignal.any([call.abort, logFailed.signal]) })) {
      try {
        await log(output);
      } catch (error) {
        logFailure ??= { error };
        if (output.kind === 'barrier') output.release(error);
        logFailed.abort(error);
      }
    }
  } catch (error) {
    thrown = { error };
  }
  if (logFailure) throw logFailure.error;
  return thrown;
}
