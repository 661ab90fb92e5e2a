import type { AssistantContent } from './assistant.js';
import { badUserInput, type InputIssue } from './errors.js';
import { type Json, type JsonObject, mergeOneLevel } from './json.js';
import { decideRunConfig, findRunConfigIssues, type GivenRunConfig } from './run-config.js';

/** What a client sends for a new assistant; null is as good as nothing. */
export interface NewAssistant {
  readonly graphId: string;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly config?: GivenRunConfig | null;
  readonly context?: Json;
  readonly metadata?: JsonObject | null;
}

/** What a client sends to change one: omitted keeps, null clears what may be empty. */
export interface AssistantChanges extends Omit<NewAssistant, 'graphId'> {
  readonly graphId?: string | null;
}

/** The first version's content. BAD_USER_INPUT when the config is not valid. */
export function decideNewAssistant({ graphId, name, description, config, context, metadata }: NewAssistant): AssistantContent {
  refuse(findRunConfigIssues(config, ['input', 'config']));
  return {
    graphId,
    name: name ?? 'Untitled',
    description: description ?? null,
    config: decideRunConfig(config),
    context: context ?? null,
    metadata: metadata ?? {},
  };
}

/** What must always be there; how to empty it instead of clearing it. */
const REQUIRED = {
  graphId: '',
  name: '',
  config: '; `{}` empties it',
  metadata: '; keys of it are overwritten one by one',
} as const satisfies Partial<Record<keyof AssistantContent, string>>;

/**
 * Checks changes without the assistant: BAD_USER_INPUT lists every fault at once, or says that there is nothing in it.
 */
export function checkAssistantChanges(changes: AssistantChanges): void {
  if (Object.values(changes).every((value) => value === undefined))
    throw badUserInput('The input holds nothing to update.', [{ path: ['input'], message: 'is empty' }]);
  const cleared = (Object.keys(REQUIRED) as (keyof typeof REQUIRED)[]).filter((field) => changes[field] === null);
  refuse([
    ...cleared.map((field) => ({ path: ['input', field], message: `cannot be null${REQUIRED[field]}` })),
    ...findRunConfigIssues(changes.config, ['input', 'config']),
  ]);
}

/** The next version's content: config and context are replaced whole, metadata is merged one level deep. */
export function applyAssistantChanges(content: AssistantContent, changes: AssistantChanges): AssistantContent {
  const { graphId, name, description, config, context, metadata } = changes;
  return {
    graphId: graphId ?? content.graphId,
    name: name ?? content.name,
    description: description === undefined ? content.description : description,
    config: config ? decideRunConfig(config) : content.config,
    context: context === undefined ? content.context : context,
    metadata: metadata ? mergeOneLevel(content.metadata, metadata) : content.metadata,
  };
}

function refuse(issues: readonly InputIssue[]): void {
  if (issues.length === 0) return;
  const faults = issues.map(({ path, message }) => `\`${path.join('.')}\` ${message}`);
  throw badUserInput(`The assistant is not valid: ${faults.join('. ')}.`, issues);
}
