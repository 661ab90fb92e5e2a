import type { PGlite, Transaction } from '@electric-sql/pglite';
import { PrismaPGlite } from 'pglite-prisma-adapter';

/**
 * Prisma's door to PGlite. pglite-prisma-adapter 0.7.2 calls a transaction committed whose COMMIT the database has refused; through this
 * one the commit fails.
 */
export function makeEmbeddedAdapter(pglite: PGlite): PrismaPGlite {
  return new PrismaPGlite(new Proxy(pglite, { get: (target, key) => (key === 'transaction' ? transactionOf(target) : read(target, key)) }));
}

/** The adapter hangs its own `catch` onto the promise of the transaction, and takes what comes out of that for the outcome. */
function transactionOf(pglite: PGlite) {
  return <T>(work: (transaction: Transaction) => Promise<T>): Promise<T> => {
    const outcome = pglite.transaction(work);
    return Object.assign(outcome, {
      catch: (inform: (error: unknown) => void) => {
        const informed = outcome.then(undefined, (error: unknown) => {
          inform(error);
          throw error;
        });
        // Nobody looks at the outcome of a transaction that could not begin; `inform` has told.
        informed.then(undefined, () => undefined);
        return informed;
      },
    });
  };
}

/** PGlite has private fields, which only the object itself can reach. */
function read(pglite: PGlite, key: string | symbol): unknown {
  const value: unknown = Reflect.get(pglite, key, pglite);
  return typeof value === 'function' ? value.bind(pglite) : value;
}
