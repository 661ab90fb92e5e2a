import { readQueue } from '../services/runs/read-queue.js';
import { builder } from './builder.js';
import type { ServerFacts } from './context.js';

const QueueInfo = builder.objectRef<Awaited<ReturnType<typeof readQueue>>>('QueueInfo').implement({
  description: 'The run queue over all processes. `oldestPendingSeconds` counts from when the run became due.',
  fields: (t) => ({
    pending: t.exposeInt('pending'),
    running: t.exposeInt('running'),
    slots: t.exposeInt('slots'),
    oldestPendingSeconds: t.exposeFloat('oldestPendingSeconds', { nullable: true }),
  }),
});

const ServerInfo = builder.objectRef<ServerFacts>('ServerInfo').implement({
  fields: (t) => ({
    version: t.exposeString('version'),
    langgraphVersion: t.exposeString('langgraphVersion'),
    startedAt: t.expose('startedAt', { type: 'DateTime' }),
    now: t.field({ type: 'DateTime', resolve: (_facts, _args, { caller }) => caller.clock.now() }),
    queue: t.field({ type: QueueInfo, resolve: (_facts, _args, { caller }) => readQueue(caller) }),
  }),
});

builder.queryField('serverInfo', (t) => t.field({ type: ServerInfo, resolve: (_root, _args, { server }) => server }));
