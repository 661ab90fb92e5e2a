import { DURABILITIES } from '../../domain/stream-mode.js';
import { builder } from '../builder.js';
import { CheckpointInput } from '../threads/checkpoint.js';
import { CommandInput } from './command-input.js';
import { MultitaskStrategy, StreamMode } from './run.js';
import { RunConfigInput } from './run-config.js';

export const OnCompletion = builder.enumType('OnCompletion', { values: ['DELETE', 'KEEP'] as const });
const IfNotExists = builder.enumType('IfNotExists', { values: ['CREATE', 'REJECT'] as const });
const DisconnectMode = builder.enumType('DisconnectMode', { values: ['CANCEL', 'CONTINUE'] as const });
export const Durability = builder.enumType('Durability', { values: DURABILITIES });

export const CreateRunInput = builder.inputType('CreateRunInput', {
  fields: (t) => ({
    id: t.field({ type: 'UUID', description: 'Client-chosen run id = idempotency key: repeating the call returns the same run.' }),
    threadId: t.id({ description: 'Unset: stateless run on a throw-away thread.' }),
    assistantId: t.id({ required: true, description: 'Assistant UUID or graph id.' }),
    input: t.field({ type: 'JSON' }),
    command: t.field({ type: CommandInput }),
    streamModes: t.field({ type: [StreamMode], required: true, defaultValue: ['VALUES'] }),
    streamSubgraphs: t.boolean({ required: true, defaultValue: false }),
    streamResumable: t.boolean({
      required: true,
      defaultValue: true,
      description:
        "The log is durable while the run lives. true: it is also kept after the end, for the server's event retention. false: it is deleted a grace period (60 s) after the end.",
    }),
    metadata: t.field({ type: 'JSONObject' }),
    config: t.field({ type: RunConfigInput }),
    context: t.field({ type: 'JSON' }),
    checkpoint: t.field({ type: CheckpointInput }),
    checkpointId: t.id(),
    interruptBefore: t.stringList({ description: 'Node names; ["*"] = all.' }),
    interruptAfter: t.stringList(),
    feedbackKeys: t.stringList(),
    webhook: t.string(),
    multitaskStrategy: t.field({ type: MultitaskStrategy, required: true, defaultValue: 'REJECT' }),
    ifNotExists: t.field({ type: IfNotExists, required: true, defaultValue: 'REJECT' }),
    onDisconnect: t.field({
      type: DisconnectMode,
      required: true,
      defaultValue: 'CONTINUE',
      description: 'Only for waitRun: what an aborted request does to the run.',
    }),
    onCompletion: t.field({ type: OnCompletion, required: true, defaultValue: 'DELETE', description: 'Only stateless runs.' }),
    afterSeconds: t.int(),
    durability: t.field({ type: Durability, required: true, defaultValue: 'ASYNC' }),
    checkpointDuring: t.boolean({ description: 'true or null = ASYNC, false = EXIT.', deprecationReason: 'Use `durability`' }),
  }),
});
