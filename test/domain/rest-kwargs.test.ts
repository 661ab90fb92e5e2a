import { describe, expect, it } from 'vitest';
import { toRestKwargs } from '../../src/domain/rest-kwargs.js';
import type { RunKwargs } from '../../src/domain/run-kwargs.js';

const kwargs: RunKwargs = {
  input: null,
  command: { resume: null, goto: [{ node: 'a' }, { node: 'b', input: { x: 1 } }] },
  config: { tags: ['t'], recursionLimit: 7, configurable: { run_id: 'r' } },
  context: { locale: 'de' },
  metadata: { owner: 'ann' },
  streamModes: ['MESSAGES_TUPLE', 'VALUES'],
  streamSubgraphs: true,
  streamResumable: false,
  checkpoint: { checkpointId: 'c', checkpointNs: 'ns', checkpointMap: { ns: 'c' } },
  interruptBefore: ['*'],
  interruptAfter: null,
  durability: 'EXIT',
  feedbackKeys: ['helpful'],
};

describe('the REST spelling of a run\u2019s arguments', () => {
  it('has every argument under its platform name', () => {
    expect(toRestKwargs(kwargs)).toEqual({
      input: null,
      command: { resume: null, goto: ['a', { node: 'b', input: { x: 1 } }] },
      config: { tags: ['t'], recursion_limit: 7, configurable: { run_id: 'r' } },
      context: { locale: 'de' },
      metadata: { owner: 'ann' },
      stream_mode: ['messages-tuple', 'values'],
      stream_subgraphs: true,
      stream_resumable: false,
      checkpoint: { checkpoint_id: 'c', checkpoint_ns: 'ns', checkpoint_map: { ns: 'c' } },
      interrupt_before: ['*'],
      interrupt_after: null,
      durability: 'exit',
      feedback_keys: ['helpful'],
    });
  });

  it('leaves out what was not given', () => {
    const plain = toRestKwargs({
      ...kwargs,
      command: { update: { a: 1 } },
      checkpoint: null,
      config: { ...kwargs.config, recursionLimit: null },
    });
    expect(plain).toMatchObject({ checkpoint: null, command: { update: { a: 1 } } });
    expect(plain['config']).not.toHaveProperty('recursion_limit');
    expect(plain['command']).not.toHaveProperty('resume');
  });
});
