import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as ours from '@langchain/langgraph';

/** What we take from the copies of LangGraph that graphs use. */
export type OwnLanggraph = Pick<typeof ours, 'Send' | 'AsyncBatchedStore'>;

/** LangGraph as the graph in `graphFile` uses it: the copy that its own project installed, else ours. */
export async function importOwnLanggraph(graphFile: string): Promise<OwnLanggraph> {
  try {
    // The entry for `require` and the one for `import` lie side by side; a graph that is an ES module uses the latter.
    const entry = resolveEntry(graphFile).replace(/\.cjs$/, '.js');
    return { ...ours, ...((await import(pathToFileURL(entry).href)) as Partial<OwnLanggraph>) };
  } catch {
    // The project has no LangGraph of its own within reach: its graph came from ours.
    return ours;
  }
}

/** The same copy, as a graph that is no ES module has required it; null when nobody has. */
export function findRequiredLanggraph(graphFile: string): OwnLanggraph | null {
  try {
    const loaded = createRequire(graphFile).cache[resolveEntry(graphFile)];
    return (loaded?.exports as OwnLanggraph | undefined) ?? null;
  } catch {
    return null;
  }
}

function resolveEntry(graphFile: string): string {
  return createRequire(graphFile).resolve('@langchain/langgraph');
}
