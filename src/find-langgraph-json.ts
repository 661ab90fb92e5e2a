import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from './config.js';

/** The file that says which graphs to serve. `isExample`: nobody named one and the working directory has none, so it is Skein's own. */
export interface LanggraphJson {
  /** Absolute. */
  readonly path: string;
  readonly isExample: boolean;
}

/** The one that was named, even when it does not exist; else `langgraph.json` of the working directory; else the bundled examples. */
export function findLanggraphJson(config: Pick<Config, 'langgraphJson'>): LanggraphJson {
  if (config.langgraphJson !== null) return { path: resolve(config.langgraphJson), isExample: false };
  const local = resolve('langgraph.json');
  if (existsSync(local)) return { path: local, isExample: false };
  return { path: fileURLToPath(new URL('../examples/langgraph.json', import.meta.url)), isExample: true };
}
