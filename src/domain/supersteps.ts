import { badUserInput, type InputIssue } from './errors.js';
import type { Json } from './json.js';
import { type CommandChoice, decideCommand, findCommandFaults } from './run-command.js';
import type { RunCommand } from './run-kwargs.js';

/** One step of a history as a client sends it. */
export interface SuperstepChoice {
  readonly updates: readonly {
    readonly values?: Json;
    readonly command?: CommandChoice | null;
    readonly asNode: string;
  }[];
}

/** One checkpoint of a history that is rebuilt: what its nodes wrote, side by side. At least one update. */
export interface Superstep {
  readonly updates: readonly {
    readonly values: Json;
    /** Wins over `values`. */
    readonly command: RunCommand | null;
    readonly asNode: string;
  }[];
}

/** Each step is written by itself, in the one transaction that makes the thread. */
const SUPERSTEPS_MAX = 1_000;

/** Checks the history that a thread is to begin with. BAD_USER_INPUT lists every fault at once. */
export function decideSupersteps(given: readonly SuperstepChoice[], path: readonly string[]): Superstep[] {
  const issues = findIssues(given).map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
  if (issues.length > 0) {
    const faults = issues.map(({ path: place, message }) => `\`${place.join('.')}\` ${message}`);
    throw badUserInput(`The history cannot be rebuilt: ${faults.join('; ')}.`, issues);
  }
  return given.map(({ updates }) => ({
    updates: updates.map(({ values, command, asNode }) => ({ values: values ?? null, command: decideCommand(command), asNode })),
  }));
}

function findIssues(given: readonly SuperstepChoice[]): InputIssue[] {
  if (given.length === 0) return [{ path: [], message: 'must hold at least one superstep' }];
  if (given.length > SUPERSTEPS_MAX) return [{ path: [], message: `must hold at most ${SUPERSTEPS_MAX} supersteps` }];
  return given.flatMap(({ updates }, step) => {
    if (updates.length === 0) return [{ path: [step, 'updates'], message: 'must hold at least one update' }];
    return updates.flatMap(({ command }, index) =>
      findCommandFaults(command).map(({ field, message }) => ({
        path: [step, 'updates', index, 'command', ...(field === '' ? [] : [field])],
        message,
      })),
    );
  });
}
