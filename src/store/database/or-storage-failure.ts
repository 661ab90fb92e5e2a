import { LeaseLost, StorageFailure } from '../../domain/errors.js';
import { Prisma } from '../../generated/prisma/client.js';

/** SQLSTATE classes of faults that lie in the statement or its data: data exception, constraint, syntax or name, program limit. */
const OWN_FAULTS: readonly string[] = ['22', '23', '42', '54'];
/** Prisma's code for a raw statement that the database refused; its SQLSTATE stands inside. */
const RAW_QUERY_FAILED = 'P2010';

/** Passes the result on; turns a failure of the database into {@link StorageFailure}, and leaves lost leases and faults of the statement as they are. */
export async function orStorageFailure<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof LeaseLost || isOwnFault(error) ? error : new StorageFailure(error);
  }
}

function isOwnFault(error: unknown): boolean {
  if (!(error instanceof Prisma.PrismaClientKnownRequestError) || error.code !== RAW_QUERY_FAILED) return false;
  const { driverAdapterError } = (error.meta ?? {}) as { driverAdapterError?: { cause?: { originalCode?: string } } };
  return OWN_FAULTS.includes(driverAdapterError?.cause?.originalCode?.slice(0, 2) ?? '');
}
