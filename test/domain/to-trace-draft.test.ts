import { HumanMessage } from '@langchain/core/messages';
import { expect, test } from 'vitest';
import { toTraceDraft } from '../../src/langgraph/events/to-trace-draft.js';
import type { TraceEvent } from '../../src/langgraph/events/trace-recorder.js';

const event = (given: Partial<TraceEvent>): TraceEvent => ({
  event: 'on_chain_start',
  name: 'n',
  run_id: 'r',
  tags: [],
  metadata: { langgraph_checkpoint_ns: 'outer:1|inner:2' },
  data: { input: new HumanMessage('x') },
  ...given,
});

test('an event is told in wire form, in the namespace of the graph in whose node it happened', () => {
  const draft = toTraceDraft(event({}), { subgraphs: true });
  expect(draft).toMatchObject({
    kind: 'EVENTS',
    namespace: ['outer:1'],
    data: { event: 'on_chain_start', name: 'n', run_id: 'r', tags: [], data: { input: { type: 'human', content: 'x' } } },
  });
});

test('without subgraphs, and outside of any node, the namespace is that of the root', () => {
  expect(toTraceDraft(event({}), { subgraphs: false })?.namespace).toEqual([]);
  expect(toTraceDraft(event({ metadata: {} }), { subgraphs: true })?.namespace).toEqual([]);
});

test('what is hidden is not told', () => {
  expect(toTraceDraft(event({ tags: ['langsmith:hidden'] }), { subgraphs: true })).toBeNull();
});

test.each(['nostream', 'langsmith:nostream'])('tokens tagged %s are not told, all else is', (tag) => {
  const told = (word: string) => toTraceDraft(event({ event: word, tags: [tag] }), { subgraphs: true }) !== null;
  expect(['on_chat_model_start', 'on_chat_model_stream', 'on_llm_stream', 'on_chat_model_end'].map(told)).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
