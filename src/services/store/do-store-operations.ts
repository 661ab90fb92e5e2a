import { badUserInput } from '../../domain/errors.js';
import { parseFilter } from '../../domain/store-filter.js';
import { requireStorable, type StoreItem } from '../../domain/store-item.js';
import type { PlannedOperation, StoreOperation, StoreResult } from '../../domain/store-operation.js';
import { doStoreOperations as doPlanned } from '../../store/store-items/do-store-operations.js';
import { orStorageFailure } from '../../store/database/or-storage-failure.js';
import type { Tenant } from '../../store/tenant.js';
import { announceItem } from '../feeds/announce.js';
import type { Deps } from '../caller.js';

/** What the store works with: clients reach it as callers, graphs on their run's behalf. */
export interface StoreCaller extends Pick<Deps, 'database' | 'signals' | 'storeSettings'>, Tenant {}

/**
 * Does a batch of operations, all or none, and gives what each gives. Reads see the store as it was before the batch; of several writes to
 * one place the last counts. One round trip.
 * @throws BAD_USER_INPUT; then nothing has changed
 */
export async function doStoreOperations<const Operations extends readonly StoreOperation[]>(
  caller: StoreCaller,
  operations: Operations,
): Promise<{ -readonly [At in keyof Operations]: StoreResult<Operations[At]> }> {
  const planned = operations.map((operation) => plan(caller, operation));
  const results = await orStorageFailure(doPlanned(caller.database.prisma, caller, planned));
  planned.forEach((operation, at) => announceWrite(caller, operation, results[at]));
  return results as { -readonly [At in keyof Operations]: StoreResult<Operations[At]> };
}

function announceWrite(caller: StoreCaller, operation: PlannedOperation, result: StoreResult | undefined): void {
  const isWrite = operation.kind === 'put' || operation.kind === 'delete';
  if (!isWrite || !result) return;
  const id = 'deletedId' in result ? result.deletedId : (result as StoreItem).id;
  announceItem(caller, { tenantId: caller.tenantId, id, namespace: operation.namespace, key: operation.key });
}

function plan({ storeSettings }: StoreCaller, operation: StoreOperation): PlannedOperation {
  switch (operation.kind) {
    case 'get':
      return { ...operation, refreshTtl: operation.refreshTtl ?? storeSettings.refreshOnRead };
    case 'put': {
      requireStorable(operation);
      const { kind, namespace, key, value, ttlMinutes = storeSettings.defaultTtlMinutes } = operation;
      return { kind, namespace, key, value, ttlMinutes };
    }
    case 'search': {
      requireWhole(operation, ['limit', 'offset']);
      const { filter, query, refreshTtl, ...search } = operation;
      if (query !== null) throw noIndex();
      return { ...search, conditions: parseFilter(filter ?? {}), refreshTtl: refreshTtl ?? storeSettings.refreshOnRead };
    }
    case 'delete':
      return operation;
    case 'namespaces':
      requireWhole(operation, ['limit', 'offset', 'maxDepth']);
      return operation;
  }
}

const LEAST = { limit: 0, offset: 0, maxDepth: 1 } as const;

/** BAD_USER_INPUT unless each of these is null or a whole number that means something. */
function requireWhole<Key extends keyof typeof LEAST>(numbers: Readonly<Record<Key, number | null>>, keys: readonly Key[]): void {
  for (const key of keys) {
    const given: number | null = numbers[key];
    if (given === null || (Number.isSafeInteger(given) && given >= LEAST[key])) continue;
    const message = `must be a whole number, at least ${LEAST[key]}`;
    throw badUserInput(`\`${key}\` ${message}.`, [{ path: [key], message }]);
  }
}

function noIndex() {
  const message = 'needs `store.index` in langgraph.json, which says how texts are embedded';
  return badUserInput(`\`query\` ${message}.`, [{ path: ['query'], message }]);
}
