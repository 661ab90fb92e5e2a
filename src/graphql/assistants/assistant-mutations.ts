import type { Assistant } from '../../domain/assistant.js';
import { createAssistant } from '../../services/assistants/create-assistant.js';
import { deleteAssistant } from '../../services/assistants/delete-assistant.js';
import { setAssistantVersion, updateAssistant } from '../../services/assistants/update-assistant.js';
import { builder } from '../builder.js';
import { DeletePayload } from '../delete-payload.js';
import { given } from '../given.js';
import { IfExists } from '../if-exists.js';
import { RunConfigInput } from '../runs/run-config.js';
import { AssistantType } from './assistant.js';

const CreateAssistantInput = builder.inputType('CreateAssistantInput', {
  fields: (t) => ({
    id: t.field({ type: 'UUID' }),
    graphId: t.string({ required: true }),
    name: t.string({ description: '"Untitled" unless given.' }),
    description: t.string(),
    config: t.field({ type: RunConfigInput }),
    context: t.field({ type: 'JSON' }),
    metadata: t.field({ type: 'JSONObject' }),
    ifExists: t.field({ type: IfExists, defaultValue: 'RAISE' }),
  }),
});

const UpdateAssistantInput = builder.inputType('UpdateAssistantInput', {
  description: 'Omitted keeps; null clears `description` and `context`. `config` and `context` are replaced whole, `metadata` is merged.',
  fields: (t) => ({
    graphId: t.string(),
    name: t.string(),
    description: t.string(),
    config: t.field({ type: RunConfigInput }),
    context: t.field({ type: 'JSON' }),
    metadata: t.field({ type: 'JSONObject' }),
  }),
});

const AssistantPayload = builder.objectRef<{ readonly assistant: Assistant }>('AssistantPayload').implement({
  fields: (t) => ({ assistant: t.expose('assistant', { type: AssistantType }) }),
});

builder.mutationFields((t) => ({
  createAssistant: t.field({
    type: AssistantPayload,
    nullable: true,
    args: { input: t.arg({ type: CreateAssistantInput, required: true }) },
    resolve: async (_root, { input }, { caller }) => ({ assistant: await createAssistant(caller, given(input)) }),
  }),
  updateAssistant: t.field({
    type: AssistantPayload,
    nullable: true,
    description: 'Creates a new version. Omitted fields keep their value; `metadata` is merged.',
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: UpdateAssistantInput, required: true }) },
    resolve: async (_root, { id, input }, { caller }) => ({ assistant: await updateAssistant(caller, id, given(input)) }),
  }),
  setAssistantVersion: t.field({
    type: AssistantPayload,
    nullable: true,
    description: 'Makes an existing version the live one.',
    args: { id: t.arg.id({ required: true }), version: t.arg.int({ required: true }) },
    resolve: async (_root, { id, version }, { caller }) => ({ assistant: await setAssistantVersion(caller, id, version) }),
  }),
  deleteAssistant: t.field({
    type: DeletePayload,
    nullable: true,
    description: 'With its versions and ended runs; `deleteThreads`: also the threads whose metadata carries its id.',
    args: { id: t.arg.id({ required: true }), deleteThreads: t.arg.boolean({ defaultValue: false }) },
    resolve: async (_root, { id, deleteThreads }, { caller }) => ({
      deletedId: await deleteAssistant(caller, id, { deleteThreads: deleteThreads ?? false }),
    }),
  }),
}));
