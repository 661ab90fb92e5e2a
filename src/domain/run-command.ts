import { isJsonObject, type Json } from './json.js';
import type { RunCommand } from './run-kwargs.js';

/** A command as a client sends it; `resume: null` is an answer, every other null means not given. */
export interface CommandChoice {
  readonly resume?: Json;
  readonly update?: Json;
  readonly goto?: readonly { readonly node: string; readonly input?: Json }[] | null;
}

export function decideCommand(command: CommandChoice | null | undefined): RunCommand | null {
  if (command == null) return null;
  return {
    ...(command.resume !== undefined && { resume: command.resume }),
    ...(command.update != null && { update: command.update }),
    ...(command.goto != null && { goto: command.goto }),
  };
}

/** What is wrong with a command, and in which of its fields ('' for the whole). */
export function findCommandFaults(
  command: CommandChoice | null | undefined,
): { readonly field: '' | 'update'; readonly message: string }[] {
  if (command == null) return [];
  if (command.resume === undefined && command.update == null && !command.goto?.length) {
    return [{ field: '', message: 'must hold `resume`, `update` or `goto`' }];
  }
  if (command.update == null || isStateUpdate(command.update)) return [];
  return [{ field: 'update', message: 'must be an object or a list of [key, value] pairs' }];
}

function isStateUpdate(update: Json): boolean {
  if (isJsonObject(update)) return true;
  return Array.isArray(update) && update.every((pair: unknown) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === 'string');
}
