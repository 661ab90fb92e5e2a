import { badUserInput, type InputIssue } from '../../domain/errors.js';
import { textsAt } from '../../domain/item-texts.js';
import { parseFilter } from '../../domain/store-filter.js';
import { requireStorable } from '../../domain/store-item.js';
import type { PlannedOperation, PlannedPut, PlannedSearch, SearchItems, StoreOperation, Vector } from '../../domain/store-operation.js';
import { orStorageFailure } from '../../store/database/or-storage-failure.js';
import { rankItems } from '../../store/store-items/rank-items.js';
import type { StoreCaller } from '../caller.js';
import { embedTexts } from './embed-texts.js';

/**
 * Decides everything that is not the database's to decide. What is searched by meaning is embedded here, before anything is written; a search
 * by meaning in a database without the extension `vector` is ranked here too.
 * @throws BAD_USER_INPUT, which says where below `path` in the input
 */
export async function planStoreOperations(
  caller: StoreCaller,
  operations: readonly StoreOperation[],
  path: InputIssue['path'],
): Promise<PlannedOperation[]> {
  const checked = operations.map((operation) => check(caller, operation, path));
  const texts = checked.flatMap((operation) => (operation.kind === 'put' ? operation.texts : []));
  const vectors =
    texts.length > 0 && caller.storeIndex
      ? await embedTexts(caller, caller.storeIndex, { texts, purpose: 'item', path: [...path, 'value'] })
      : null;
  const planned: PlannedOperation[] = [];
  for (const operation of checked) {
    if (operation.kind === 'search') planned.push(await planSearch(caller, operation));
    else if (operation.kind === 'put') planned.push(planPut(operation, vectors));
    else planned.push(operation);
  }
  return planned;
}

function planPut({ texts, ...put }: CheckedPut, vectors: ReadonlyMap<string, Vector> | null): PlannedPut {
  return { ...put, vectors: texts.flatMap((text) => [vectors?.get(text) ?? []]) };
}

type CheckedPut = Omit<PlannedPut, 'vectors'> & { readonly texts: readonly string[] };
type CheckedSearch = Omit<PlannedSearch, 'near'> & Pick<SearchItems, 'query'>;
type Checked = Exclude<PlannedOperation, PlannedPut | PlannedSearch> | CheckedPut | CheckedSearch;

function check({ storeSettings, storeIndex }: StoreCaller, operation: StoreOperation, path: InputIssue['path']): Checked {
  switch (operation.kind) {
    case 'get':
      return { ...operation, refreshTtl: operation.refreshTtl ?? storeSettings.refreshOnRead };
    case 'put': {
      requireStorable(operation, path);
      const { kind, namespace, key, value, index, ttlMinutes = storeSettings.defaultTtlMinutes } = operation;
      return { kind, namespace, key, value, ttlMinutes, texts: storeIndex ? textsAt(value, index ?? storeIndex.fields) : [] };
    }
    case 'search': {
      requireTexts(operation.prefix, 'namespacePrefix');
      requireWhole(operation, ['limit', 'offset']);
      if (operation.query !== null && !storeIndex)
        throw refused('query', 'needs `store.index` in langgraph.json, which says how texts are embedded');
      const { filter, refreshTtl, ...search } = operation;
      return { ...search, conditions: parseFilter(filter ?? {}), refreshTtl: refreshTtl ?? storeSettings.refreshOnRead };
    }
    case 'delete':
      return operation;
    case 'namespaces':
      for (const { labels } of operation.match) requireTexts(labels, 'matchConditions');
      requireWhole(operation, ['limit', 'offset', 'maxDepth']);
      return operation;
  }
}

async function planSearch(caller: StoreCaller, { query, ...search }: CheckedSearch): Promise<PlannedSearch> {
  if (query === null || !caller.storeIndex) return { ...search, near: null };
  if (search.after !== null && search.after.score === null) throw refused('after', 'is not a cursor of this list');
  const vectors = await embedTexts(caller, caller.storeIndex, { texts: [query], purpose: 'query', path: ['query'] });
  const vector: Vector = vectors.get(query) ?? [];
  if (await orStorageFailure(caller.database.vectors.hasExtension())) return { ...search, near: { vector } };
  return { ...search, near: { ranks: await orStorageFailure(rankItems(caller.database, caller, { ...search, vector })) } };
}

/** A graph may bring labels of any kind, such as the id of a user that nobody named. */
function requireTexts(labels: readonly unknown[], argument: string): void {
  if (!labels.every((label) => typeof label === 'string')) throw refused(argument, 'must be a list of texts');
}

const LEAST = { limit: 0, offset: 0, maxDepth: 1 } as const;

/** BAD_USER_INPUT unless each of these is null or a whole number that means something. */
function requireWhole<Key extends keyof typeof LEAST>(numbers: Readonly<Record<Key, number | null>>, keys: readonly Key[]): void {
  for (const key of keys) {
    const given: number | null = numbers[key];
    if (given !== null && !(Number.isSafeInteger(given) && given >= LEAST[key]))
      throw refused(key, `must be a whole number, at least ${LEAST[key]}`);
  }
}

function refused(argument: string, message: string) {
  const issue: InputIssue = { path: [argument], message };
  return badUserInput(`\`${argument}\` ${message}.`, [issue]);
}
