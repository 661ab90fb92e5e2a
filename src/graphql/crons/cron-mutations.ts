import type { Cron } from '../../domain/cron.js';
import { createCron } from '../../services/crons/create-cron.js';
import { deleteCron } from '../../services/crons/delete-cron.js';
import { fireCron } from '../../services/crons/fire-cron.js';
import { updateCron } from '../../services/crons/update-cron.js';
import { builder } from '../builder.js';
import { DeletePayload } from '../delete-payload.js';
import { given } from '../given.js';
import { CronType } from '../refs.js';
import { Durability, OnCompletion } from '../runs/create-run-input.js';
import { MultitaskStrategy, StreamMode } from '../runs/run.js';
import { RunConfigInput } from '../runs/run-config.js';
import { RunPayload } from '../runs/run-mutations.js';

const CreateCronInput = builder.inputType('CreateCronInput', {
  fields: (t) => ({
    threadId: t.id(),
    assistantId: t.id({ required: true }),
    schedule: t.string({ required: true, description: '5-field cron expression.' }),
    timezone: t.string({ required: true, defaultValue: 'UTC' }),
    enabled: t.boolean({ required: true, defaultValue: true }),
    endAt: t.field({ type: 'DateTime' }),
    onRunCompleted: t.field({ type: OnCompletion, required: true, defaultValue: 'DELETE' }),
    input: t.field({ type: 'JSON' }),
    metadata: t.field({ type: 'JSONObject' }),
    config: t.field({ type: RunConfigInput }),
    context: t.field({ type: 'JSON' }),
    webhook: t.string(),
    interruptBefore: t.stringList(),
    interruptAfter: t.stringList(),
    multitaskStrategy: t.field({ type: MultitaskStrategy, required: true, defaultValue: 'REJECT' }),
    streamModes: t.field({ type: [StreamMode], required: true, defaultValue: ['VALUES'] }),
    streamSubgraphs: t.boolean({ required: true, defaultValue: false }),
    streamResumable: t.boolean({ required: true, defaultValue: true }),
    durability: t.field({ type: Durability, required: true, defaultValue: 'ASYNC' }),
  }),
});

const UpdateCronInput = builder.inputType('UpdateCronInput', {
  fields: (t) => ({
    schedule: t.string(),
    timezone: t.string(),
    enabled: t.boolean(),
    endAt: t.field({ type: 'DateTime', description: 'null clears it.' }),
    onRunCompleted: t.field({ type: OnCompletion }),
    input: t.field({ type: 'JSON' }),
    metadata: t.field({ type: 'JSONObject' }),
    config: t.field({ type: RunConfigInput }),
    context: t.field({ type: 'JSON' }),
    webhook: t.string(),
    interruptBefore: t.stringList(),
    interruptAfter: t.stringList(),
    multitaskStrategy: t.field({ type: MultitaskStrategy }),
    streamModes: t.field({ type: [StreamMode] }),
    streamSubgraphs: t.boolean(),
    streamResumable: t.boolean(),
    durability: t.field({ type: Durability }),
  }),
});

const CronPayload = builder.objectRef<{ readonly cron: Cron }>('CronPayload').implement({
  fields: (t) => ({ cron: t.expose('cron', { type: CronType }) }),
});

builder.mutationFields((t) => ({
  createCron: t.field({
    type: CronPayload,
    nullable: true,
    description: '`threadId` set: every firing runs on that thread. Unset: a new thread per firing.',
    args: { input: t.arg({ type: CreateCronInput, required: true }) },
    resolve: async (_root, { input }, { caller }) => ({ cron: await createCron(caller, given(input)) }),
  }),
  updateCron: t.field({
    type: CronPayload,
    nullable: true,
    args: { id: t.arg.id({ required: true }), input: t.arg({ type: UpdateCronInput, required: true }) },
    resolve: async (_root, { id, input }, { caller }) => ({ cron: await updateCron(caller, id, given(input)) }),
  }),
  deleteCron: t.field({
    type: DeletePayload,
    nullable: true,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { caller }) => ({ deletedId: await deleteCron(caller, id) }),
  }),
  fireCron: t.field({
    type: RunPayload,
    nullable: true,
    description: "Runs the cron's payload now, beside its schedule.",
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_root, { id }, { caller }) => ({ run: await fireCron(caller, id) }),
  }),
}));
