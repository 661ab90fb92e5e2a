import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anyCase } from '../../src/store/database/any-case.js';
import type { Database } from '../../src/store/database/database.js';
import { openTestDatabase } from '../support/database.js';

/** Text that is rich in what regular expressions mean something by, and in letters outside ASCII. */
const part = fc.oneof(
  fc.constantFrom(...'.*+?()[]{}|^$-\\\'"%_ \n1aZëËßİıΣςю😀𐐀漢'),
  fc.constantFrom('***=', '(?i)', '\\d', '[[:alpha:]]', 'a{2}'),
);
const text = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join(''));

describe('a search without regard to case', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const finds = async (hay: string, needle: string): Promise<boolean> => {
    const [row] = await database.prisma.$queryRaw<{ found: boolean }[]>`SELECT ${hay}::text ~ ${anyCase(needle)} AS found`;
    return row?.found ?? false;
  };

  test('finds a text in itself, in any case, and as a part', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, text, async (before, needle, after) => {
        expect(await finds(before + needle + after, needle)).toBe(true);
        // Letters whose other case is not one letter have none here.
        const upper = Array.from(needle, (letter) => (letter.toUpperCase().toLowerCase() === letter ? letter.toUpperCase() : letter)).join(
          '',
        );
        expect(await finds(before + upper + after, needle)).toBe(true);
      }),
    );
  });

  test('takes no character for anything but itself', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (hay, needle) => {
        if (!hay.toLowerCase().includes(needle.toLowerCase()) && !hay.toUpperCase().includes(needle.toUpperCase()))
          expect(await finds(hay, needle)).toBe(false);
      }),
    );
  });
});
