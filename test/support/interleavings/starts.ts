const KEY = Symbol.for('skein.test.starts');

/** How often nodes of each run have started; shared through the process, since graphs are loaded anew. */
function starts(): Map<string, number> {
  const shared = globalThis as { [KEY]?: Map<string, number> };
  return (shared[KEY] ??= new Map<string, number>());
}

export function countStart(runId: string): void {
  starts().set(runId, startsOf(runId) + 1);
}

export function startsOf(runId: string): number {
  return starts().get(runId) ?? 0;
}
