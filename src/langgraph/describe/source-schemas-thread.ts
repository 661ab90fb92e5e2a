import { parentPort, workerData } from 'node:worker_threads';
import { findConfigFile, openSource, readSourceSchemas, type SourceSchemas, type SourceSpec } from './source-graphs.js';

/** What the thread is started with. */
export interface SourceQuestion {
  readonly specs: readonly SourceSpec[];
}

/** What it answers, once for each spec, as soon as it can. */
export interface SourceAnswer {
  /** Its place in the question. */
  readonly index: number;
  readonly schemas: SourceSchemas | null;
  /** Why there are none. */
  readonly fault: string | null;
}

/** The body of the thread that reads types. It runs on import: that is what a thread's entry file is for. */
const { specs } = workerData as SourceQuestion;
const numbered = specs.map((spec, index) => ({ ...spec, index, configFile: findConfigFile(spec.file) }));
for (const configFile of new Set(numbered.map((spec) => spec.configFile))) {
  const ofProject = numbered.filter((spec) => spec.configFile === configFile);
  let program: ReturnType<typeof openSource> | undefined;
  const open = () => (program ??= openSource([...new Set(ofProject.map(({ file }) => file))], configFile));
  for (const { index, ...spec } of ofProject) parentPort?.postMessage(answer(index, () => readSourceSchemas(open(), spec)));
}

function answer(index: number, read: () => SourceSchemas): SourceAnswer {
  try {
    return { index, schemas: read(), fault: null };
  } catch (error) {
    return { index, schemas: null, fault: error instanceof Error ? error.message : String(error) };
  }
}
