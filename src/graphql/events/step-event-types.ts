import type { LogEvent } from '../../domain/event.js';
import { builder } from '../builder.js';
import { InterruptType } from '../interrupts/interrupt.js';
import { CheckpointType } from '../threads/checkpoint.js';
import { ThreadTaskType } from '../threads/thread-state.js';
import { RunEvent } from './run-event.js';
import { checkpointOf, debugOf, TASK_PHASES, taskOf } from './step-event-data.js';

const eventType = (name: string) => builder.objectRef<LogEvent>(name);

const TaskPhase = builder.enumType('TaskPhase', { values: TASK_PHASES });

eventType('RunTaskEvent').implement({
  description: 'Mode TASKS: a node begins, or ends. What it waits for when it paused stands in `interrupts` of its end.',
  interfaces: [RunEvent],
  fields: (t) => ({
    taskPhase: t.field({ type: TaskPhase, resolve: (event) => taskOf(event).phase }),
    taskId: t.id({ resolve: (event) => taskOf(event).taskId }),
    name: t.string({ resolve: (event) => taskOf(event).name }),
    input: t.field({ type: 'JSON', nullable: true, resolve: (event) => taskOf(event).input }),
    triggers: t.stringList({ resolve: (event) => taskOf(event).triggers }),
    result: t.field({ type: 'JSON', nullable: true, resolve: (event) => taskOf(event).result }),
    errorMessage: t.string({ nullable: true, resolve: (event) => taskOf(event).errorMessage }),
    interrupts: t.field({ type: [InterruptType], resolve: (event) => taskOf(event).interrupts }),
  }),
});

eventType('RunCheckpointEvent').implement({
  description:
    'Mode CHECKPOINTS: the state after a step, and what comes next. With `durability: EXIT` a checkpoint has no id of its own until the run ends.',
  interfaces: [RunEvent],
  fields: (t) => ({
    checkpoint: t.field({ type: CheckpointType, resolve: (event) => checkpointOf(event).checkpoint }),
    values: t.field({ type: 'JSON', resolve: (event) => checkpointOf(event).values }),
    next: t.stringList({ resolve: (event) => checkpointOf(event).next }),
    tasks: t.field({
      type: [ThreadTaskType],
      resolve: (event) => checkpointOf(event).tasks.map((task) => ({ ...task, state: null, interrupts: { told: task.interrupts } })),
    }),
    metadata: t.field({ type: 'JSONObject', resolve: (event) => checkpointOf(event).metadata }),
  }),
});

eventType('RunDebugEvent').implement({
  description: 'Mode DEBUG: every checkpoint, task and task_result (`kind`) with its step and the time.',
  interfaces: [RunEvent],
  fields: (t) => ({
    step: t.int({ resolve: (event) => debugOf(event).step }),
    kind: t.string({ resolve: (event) => debugOf(event).kind }),
    payload: t.field({ type: 'JSON', resolve: (event) => debugOf(event).payload }),
  }),
});
