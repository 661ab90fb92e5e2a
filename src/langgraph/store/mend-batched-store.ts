import type { AsyncBatchedStore } from '@langchain/langgraph-checkpoint';
import { findRequiredLanggraph, importOwnLanggraph } from '../load/own-langgraph.js';
import { GraphStore } from './graph-store.js';

/**
 * Lets graphs of this file reach our store itself. LangGraph 1.4 hands nodes no store but a wrapper that gathers calls: it refuses `batch` and
 * `listNamespaces`, forgets `index` of a put, fails the calls of all nodes when one of them fails, and wakes up every millisecond as long as
 * the graph runs. Around our store, and around no other, it passes everything on instead.
 */
export function mendBatchedStore(graphFile: string): Promise<void> {
  const known = mending.get(graphFile);
  if (known) return known;
  const mended = importOwnLanggraph(graphFile).then((own) => {
    for (const copy of [own, findRequiredLanggraph(graphFile)]) if (copy) mend(copy.AsyncBatchedStore);
  });
  mending.set(graphFile, mended);
  return mended;
}

const mending = new Map<string, Promise<void>>();
const mended = new WeakSet<object>();

type Method = (this: AsyncBatchedStore, ...parameters: unknown[]) => unknown;

function mend({ prototype }: typeof AsyncBatchedStore): void {
  if (mended.has(prototype)) return;
  mended.add(prototype);
  for (const name of ['batch', 'get', 'search', 'put', 'delete', 'listNamespaces', 'start'] as const) {
    const original = prototype[name] as Method;
    const passOn: Method = function (...parameters) {
      const { store } = this as unknown as { readonly store: unknown };
      return store instanceof GraphStore
        ? (store[name] as (...given: unknown[]) => unknown)(...parameters)
        : original.apply(this, parameters);
    };
    Object.defineProperty(prototype, name, { value: passOn, configurable: true, writable: true });
  }
}
