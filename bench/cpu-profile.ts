/** As much of a `.cpuprofile` as is read here. Times in microseconds of the machine's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

export interface SelfTime {
  readonly name: string;
  readonly micros: number;
}

/** Time spent in functions themselves, not in what they call, between two instants; the longest first. */
export function groupSelfTimes(
  { nodes, startTime, samples, timeDeltas }: CpuProfile,
  { from, until }: { readonly from: number; readonly until: number },
): { byLibrary: SelfTime[]; byFunction: SelfTime[] } {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const byLibrary = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let now = startTime;
  for (const [index, sample] of samples.entries()) {
    const micros = timeDeltas[index] ?? 0;
    now += micros;
    const frame = frames.get(sample);
    if (!frame || now < from || now > until) continue;
    const library = libraryOf(frame);
    add(byLibrary, library, micros);
    add(byFunction, `${library}  ${frame.functionName || '(anonymous)'} ${placeOf(frame)}`, micros);
  }
  return { byLibrary: longestFirst(byLibrary), byFunction: longestFirst(byFunction) };
}

/** The package, `src/<room>`, or what the engine calls it: (program) is native code, (idle) waiting. */
function libraryOf({ url, functionName }: CallFrame): string {
  const [, library] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (library !== undefined) return library;
  const [, room] = /\/(src\/[^/]+)/.exec(url) ?? [];
  if (room !== undefined) return room;
  if (url.startsWith('node:')) return 'node';
  return functionName.startsWith('(') ? functionName : 'engine built-ins';
}

function placeOf({ url, lineNumber }: CallFrame): string {
  return url === '' ? '' : `${url.split('/').at(-1) ?? ''}:${lineNumber + 1}`;
}

function add(sums: Map<string, number>, name: string, micros: number): void {
  sums.set(name, (sums.get(name) ?? 0) + micros);
}

function longestFirst(sums: ReadonlyMap<string, number>): SelfTime[] {
  return [...sums].map(([name, micros]) => ({ name, micros })).sort((a, b) => b.micros - a.micros);
}
