/** By what store items are found when they are searched by meaning: `store.index` of langgraph.json. */
export interface StoreIndex {
  /** Paths of a value whose texts count, unless its put says otherwise. */
  readonly fields: readonly string[];
  /** Length of a vector. */
  readonly dims: number;
  /** One vector for each text, in their order, as the embedder made them: nobody has looked at them yet. Rejects as the embedder does. */
  embed(texts: readonly string[], purpose: 'item' | 'query'): Promise<readonly unknown[]>;
}
