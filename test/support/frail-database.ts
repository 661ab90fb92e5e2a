import type { Database } from '../../src/store/database/database.js';

/** A database whose statements can be made to fail. */
export interface FrailDatabase extends Database {
  /** Whether it answers at all; it does at first. */
  answers(does: boolean): void;
  /** Fails the next raw query that contains `statement`; resolves then. */
  breakOnce(statement: string): Promise<void>;
  /** Fails the next transaction before it begins; resolves then. */
  breakTransactionOnce(): Promise<void>;
}

type Work = (...parameters: readonly unknown[]) => unknown;

export function makeFrail(whole: Database): FrailDatabase {
  let isThere = true;
  let breaking: { isIt(method: string, first: unknown): boolean; done(): void } | null = null;
  const prisma = new Proxy(whole.prisma, {
    get(target, key) {
      const method = String(key);
      if (!isThere && ['$queryRaw', '$executeRaw', '$transaction'].includes(method)) {
        return () => Promise.reject(new Error('The database does not answer.'));
      }
      const value: unknown = Reflect.get(target, key);
      if (!breaking || typeof value !== 'function') return value;
      return (...parameters: unknown[]) => {
        if (!breaking?.isIt(method, parameters[0])) return (value as Work).apply(target, parameters);
        breaking.done();
        breaking = null;
        return Promise.reject(new Error('The connection is broken.'));
      };
    },
  });
  const breakNext = (isIt: (method: string, first: unknown) => boolean): Promise<void> =>
    new Promise((done) => (breaking = { isIt, done }));
  return {
    ...whole,
    prisma,
    answers: (does) => (isThere = does),
    breakOnce: (statement) => breakNext((method, strings) => method === '$queryRaw' && (strings as string[]).join('').includes(statement)),
    breakTransactionOnce: () => breakNext((method) => method === '$transaction'),
  };
}
