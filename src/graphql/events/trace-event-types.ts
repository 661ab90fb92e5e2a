import type { LogEvent } from '../../domain/event.js';
import { isJsonObject } from '../../domain/json.js';
import { builder } from '../builder.js';
import { RunEvent } from './run-event.js';
import { TOOL_PHASES, toolOf, traceOf } from './trace-event-data.js';

const eventType = (name: string) => builder.objectRef<LogEvent>(name);

eventType('RunTraceEvent').implement({
  description: 'Mode EVENTS: LangChain `astream_events` (on_chat_model_stream, on_tool_start, …).',
  interfaces: [RunEvent],
  fields: (t) => ({
    event: t.string({ resolve: (event) => traceOf(event).event }),
    name: t.string({ resolve: (event) => traceOf(event).name }),
    tags: t.stringList({ resolve: (event) => traceOf(event).tags }),
    metadata: t.field({ type: 'JSONObject', resolve: (event) => traceOf(event).metadata }),
    value: t.field({
      type: 'JSON',
      nullable: true,
      description: "LangChain's own `data`: input, output, chunk.",
      resolve: (event) => traceOf(event).value,
    }),
  }),
});

const ToolPhase = builder.enumType('ToolPhase', { values: TOOL_PHASES });

eventType('RunToolEvent').implement({
  description: 'Mode TOOLS: a tool begins, yields a piece, returns, or throws; `value` is its input, the piece, its output, or the error.',
  interfaces: [RunEvent],
  fields: (t) => ({
    toolPhase: t.field({ type: ToolPhase, resolve: (event) => toolOf(event).phase }),
    callId: t.string({ nullable: true, resolve: (event) => toolOf(event).callId }),
    name: t.string({ resolve: (event) => toolOf(event).name }),
    value: t.field({ type: 'JSON', nullable: true, resolve: (event) => toolOf(event).value }),
  }),
});

eventType('RunFeedbackEvent').implement({
  description:
    'Where to send a mark for each of `feedbackKeys`. Only emitted when a tracer is configured, which this server cannot have yet.',
  interfaces: [RunEvent],
  fields: (t) => ({ urls: t.field({ type: 'JSONObject', resolve: ({ data }) => (isJsonObject(data) ? data : {}) }) }),
});
