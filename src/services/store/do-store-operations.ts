import type { InputIssue } from '../../domain/errors.js';
import type { StoreItem } from '../../domain/store-item.js';
import type { PlannedOperation, StoreOperation, StoreResult } from '../../domain/store-operation.js';
import { orStorageFailure } from '../../store/database/or-storage-failure.js';
import { doStoreOperations as doPlanned } from '../../store/store-items/do-store-operations.js';
import type { StoreCaller } from '../caller.js';
import { announceItem } from '../feeds/announce.js';
import { planStoreOperations } from './plan-store-operations.js';

/**
 * Does a batch of operations, all or none, and gives what each gives. Reads see the store as it was before the batch; of several writes to
 * one place the last counts. One round trip; a search by meaning takes two more where the database has no extension `vector`.
 * @throws BAD_USER_INPUT, which says where below `path` in the input; then nothing has changed
 */
export async function doStoreOperations<const Operations extends readonly StoreOperation[]>(
  caller: StoreCaller,
  operations: Operations,
  { path = [] }: { readonly path?: InputIssue['path'] } = {},
): Promise<{ -readonly [At in keyof Operations]: StoreResult<Operations[At]> }> {
  const planned = await planStoreOperations(caller, operations, path);
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
