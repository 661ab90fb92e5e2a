import type { StoreChange } from '../../domain/change.js';
import { watchStore } from '../../services/feeds/watch-store.js';
import { builder } from '../builder.js';
import { StoreChangeType } from './changes.js';
import { flattenBatches } from './flatten-batches.js';

builder.subscriptionFields((t) => ({
  storeChanged: t.field({
    type: StoreChangeType,
    args: { namespacePrefix: t.arg.stringList({ required: true, defaultValue: [] }) },
    subscribe: async (_root, { namespacePrefix }, { caller, abort }) =>
      flattenBatches(await watchStore(caller, { namespacePrefix, abort })),
    resolve: (change: StoreChange) => change,
  }),
}));
