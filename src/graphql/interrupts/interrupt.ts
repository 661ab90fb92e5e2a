import { notFound } from '../../domain/errors.js';
import type { Interrupt } from '../../domain/interrupt.js';
import { builder } from '../builder.js';
import { RunType, ThreadType } from '../refs.js';

export const InterruptType = builder.objectRef<Interrupt>('Interrupt').implement({
  description: '`interruptId` not `id`: the same id can stand in a copied thread.',
  fields: (t) => ({
    interruptId: t.exposeID('interruptId'),
    value: t.expose('value', { type: 'JSON', nullable: true }),
    namespace: t.exposeStringList('namespace'),
    threadId: t.exposeID('threadId'),
    thread: t.field({
      type: ThreadType,
      resolve: async ({ threadId }, _args, { load }) => {
        const thread = await load.thread.load(threadId);
        if (!thread) throw notFound('Thread', threadId);
        return thread;
      },
    }),
    runId: t.exposeID('runId', { nullable: true }),
    run: t.field({
      type: RunType,
      nullable: true,
      resolve: ({ runId }, _args, { load }) => (runId === null ? null : load.run.load(runId)),
    }),
    taskId: t.exposeID('taskId', { nullable: true }),
    createdAt: t.expose('createdAt', { type: 'DateTime', nullable: true }),
    resolvedAt: t.expose('resolvedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'Set when a resume or a state update answered it.',
    }),
  }),
});
