import { CHANGE_KINDS, type RunChange, type StoreChange, type ThreadChange } from '../../domain/change.js';
import { builder } from '../builder.js';
import { RunType, StoreItemType, ThreadType } from '../refs.js';

const ChangeKind = builder.enumType('ChangeKind', {
  values: {
    ...(Object.fromEntries(CHANGE_KINDS.map((kind) => [kind, {}])) as Record<(typeof CHANGE_KINDS)[number], object>),
    RESYNC: { description: 'Events were dropped or the feed restarted: refetch.' },
  },
});

export const RunChangeType = builder.objectRef<RunChange>('RunChange').implement({
  description: '`run` is null for DELETED and RESYNC.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ChangeKind }),
    runId: t.exposeID('runId', { nullable: true }),
    run: t.expose('run', { type: RunType, nullable: true }),
  }),
});

export const ThreadChangeType = builder.objectRef<ThreadChange>('ThreadChange').implement({
  description: '`thread` is null for DELETED and RESYNC.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ChangeKind }),
    threadId: t.exposeID('threadId', { nullable: true }),
    thread: t.expose('thread', { type: ThreadType, nullable: true }),
  }),
});

export const StoreChangeType = builder.objectRef<StoreChange>('StoreChange').implement({
  fields: (t) => ({
    kind: t.expose('kind', { type: ChangeKind }),
    namespace: t.stringList({ nullable: true, resolve: ({ place }) => place?.namespace ?? null }),
    key: t.string({ nullable: true, resolve: ({ place }) => place?.key ?? null }),
    item: t.expose('item', { type: StoreItemType, nullable: true }),
  }),
});
