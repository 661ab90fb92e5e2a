import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Clock } from '../ports/clock.js';
import type { ServerFacts } from './context.js';

/** What `serverInfo` tells: this program's version and the installed LangGraph's, each from its package.json; started now. */
export function readServerFacts(clock: Clock): ServerFacts {
  const langgraph = createRequire(import.meta.url).resolve('@langchain/langgraph');
  return {
    version: versionAbove(import.meta.dirname, 'skein'),
    langgraphVersion: versionAbove(dirname(langgraph), '@langchain/langgraph'),
    startedAt: clock.now(),
  };
}

/** The version in the nearest package.json of that name, from `directory` upwards. */
function versionAbove(directory: string, name: string): string {
  const found = readPackage(join(directory, 'package.json'));
  if (found?.name === name && found.version !== undefined) return found.version;
  const parent = dirname(directory);
  if (parent === directory) throw new Error(`There is no package.json of ${name} above its files.`);
  return versionAbove(parent, name);
}

function readPackage(file: string): { readonly name?: string; readonly version?: string } | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
