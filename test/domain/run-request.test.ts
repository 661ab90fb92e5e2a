import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.js';
import { canonicalJson } from '../../src/domain/json.js';
import { mergeRunConfigs } from '../../src/domain/run-config.js';
import { type CreateRun, decideRunRequest } from '../../src/domain/run-request.js';

const THREAD_ID = '0193c1a0-0000-7000-8000-000000000001';
const CHECKPOINT_ID = '1efb9d6e-0000-6000-8000-000000000001';

function issuesOf(given: Partial<CreateRun>): string[] {
  try {
    decideRunRequest({ assistantId: 'agent', ...given });
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return (error.facts['issues'] as { path: string[] }[]).map(({ path }) => path.join('.'));
  }
}

describe('a request for a run', () => {
  it('has the defaults of LangGraph Platform', () => {
    expect(decideRunRequest({ assistantId: 'agent' })).toMatchObject({
      threadId: null,
      input: null,
      streamModes: ['VALUES'],
      multitaskStrategy: 'REJECT',
      ifNotExists: 'REJECT',
      onCompletion: 'DELETE',
      durability: 'ASYNC',
      feedbackKeys: null,
    });
  });

  it('is the same request whether a default is given, null or left out', () => {
    const spelt = decideRunRequest({
      assistantId: 'agent',
      metadata: {},
      config: { tags: null },
      streamModes: ['VALUES'],
      durability: null,
    });
    expect(canonicalJson(spelt)).toBe(canonicalJson(decideRunRequest({ assistantId: 'agent' })));
  });

  it('is another request when anything in it differs', () => {
    const texts = [{}, { input: {} }, { input: { a: 1 } }, { metadata: { a: 1 } }, { context: {} }, { durability: 'SYNC' as const }].map(
      (given) => canonicalJson(decideRunRequest({ assistantId: 'agent', ...given })),
    );
    expect(new Set(texts).size).toBe(texts.length);
  });

  it('tells `resume: null`, an answer, from no answer', () => {
    expect(decideRunRequest({ assistantId: 'a', threadId: THREAD_ID, command: { resume: null } }).command).toEqual({ resume: null });
    expect(decideRunRequest({ assistantId: 'a', threadId: THREAD_ID, command: { goto: [{ node: 'x' }] } }).command).toEqual({
      goto: [{ node: 'x' }],
    });
  });

  it('is refused with every fault named at once', () => {
    expect(issuesOf({ id: 'x', threadId: 'y', config: { recursionLimit: 0 }, checkpointId: 'z' })).toEqual([
      'input.id',
      'input.threadId',
      'input.config.recursionLimit',
      'input.checkpointId',
    ]);
    expect(issuesOf({ threadId: THREAD_ID, checkpointId: CHECKPOINT_ID, checkpoint: { checkpointId: CHECKPOINT_ID } })).toEqual([
      'input.checkpointId',
    ]);
    expect(issuesOf({ command: { resume: 1 } })).toEqual(['input.threadId']);
    expect(issuesOf({ command: {} })).toEqual(['input.command']);
    expect(issuesOf({ command: { update: 3 } })).toEqual(['input.command.update']);
    expect(issuesOf({ threadId: THREAD_ID, checkpoint: { checkpointNs: 'sub' } })).toEqual(['input.checkpoint.checkpointId']);
    expect(issuesOf({ threadId: THREAD_ID, checkpoint: { checkpointNs: '' } })).toEqual([]);
    expect(issuesOf({ durability: 'SYNC', checkpointDuring: true })).toEqual(['input.checkpointDuring']);
  });
});

describe('merged configs', () => {
  it('let the later one win key by key, and join the tags', () => {
    const merged = mergeRunConfigs(
      { tags: ['a'], recursionLimit: 5, configurable: { model: 'x', keep: 1 } },
      { tags: ['b', 'a'], recursionLimit: null, configurable: { model: 'y' } },
    );
    expect(merged).toEqual({ tags: ['a', 'b'], recursionLimit: 5, configurable: { model: 'y', keep: 1 } });
  });
});
