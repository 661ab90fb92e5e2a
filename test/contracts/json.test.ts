import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../../src/domain/json.js';
import type { Database } from '../../src/store/database/database.js';
import { fromJsonb, toJson, toJsonb } from '../../src/store/database/json.js';
import { openTestDatabase } from '../support/database.js';

/** Strings that are rich in what JSONB cannot hold, in what the escape is made of, and in what only looks like it. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom('\u0000', '\u0010', '\u0010' + '0000', '\ud800', '\udfff', '\\', '\\u0000', '0010', 'd800', '"', '😀', '\u0001', 'é'),
      fc.string(),
    ),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(''));
const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((n) => n + 0),
);
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    number,
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }),
  ),
})).value;

describe('escaped JSON', () => {
  test('is undone without loss', () => {
    fc.assert(fc.property(json, (value) => void expect(fromJsonb(JSON.parse(toJsonb(value)) as Json)).toEqual(value)));
  });

  test('holds neither U+0000 nor half a surrogate pair', () => {
    fc.assert(
      fc.property(json, (value) => {
        const strings = JSON.stringify(JSON.parse(toJsonb(value)));
        expect(strings.replaceAll('\\\\', '')).not.toMatch(/\\u(0000|d[89a-f])/);
      }),
    );
  });

  test('differs when the values differ', () => {
    fc.assert(fc.property(text, text, (a, b) => void expect(toJsonb(a) === toJsonb(b)).toBe(a === b)));
  });

  test('is the plain text where nothing needs an escape, and the value itself comes back', () => {
    const value = { a: ['b', 1, { c: '\u0001 \\u0000 😀' }] };
    expect(toJsonb(value)).toBe(JSON.stringify(value));
    expect(fromJsonb(value)).toBe(value);
  });

  test('follows its rule letter by letter', () => {
    expect(JSON.parse(toJsonb({ 'k\u0000': '\u0010\ud800' }))).toEqual({ 'k\u00100000': '\u00100010\u0010d800' });
  });
});

describe('in the database', () => {
  let database: Database;
  const threadId = randomUUID();

  beforeAll(async () => {
    database = await openTestDatabase();
    await database.prisma.thread.create({ data: { id: threadId, tenantId: 'default', metadata: {}, config: {} } });
    await database.prisma.threadState.create({ data: { threadId } });
    await database.prisma.runEvent.create({ data: { threadId, seq: 1, kind: 'VALUES', namespace: [] } });
  });
  afterAll(() => database.close());

  test('a jsonb column gives back what was escaped into it', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        await database.prisma
          .$executeRaw`UPDATE "ThreadState" SET "values" = ${toJsonb(value)}::jsonb WHERE "threadId" = ${threadId}::uuid`;
        const { values } = await database.prisma.threadState.findUniqueOrThrow({ where: { threadId } });
        expect(fromJsonb(values as Json)).toEqual(value);
      }),
      { numRuns: 60 },
    );
  });

  test('an escaped value contains an escaped filter when the value contains the filter', async () => {
    const part = fc.oneof(text, fc.integer({ min: 0, max: 1 }));
    const flat = fc.dictionary(text, part, { maxKeys: 4 });
    const pair = fc.oneof(
      fc.tuple(flat, flat),
      flat.chain((whole) =>
        fc.tuple(
          fc.constant(whole),
          fc.subarray(Object.entries(whole)).map((some) => Object.fromEntries(some)),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(pair, async ([whole, filter]) => {
        const [row] = await database.prisma.$queryRaw<{ contains: boolean }[]>`
          SELECT ${toJsonb(whole)}::jsonb @> ${toJsonb(filter)}::jsonb AS "contains"`;
        expect(row?.contains).toBe(Object.entries(filter).every(([key, value]) => Object.hasOwn(whole, key) && whole[key] === value));
      }),
      { numRuns: 60 },
    );
  });

  test('a json column gives back every value as it was, through Prisma and through SQL', async () => {
    await fc.assert(
      fc.asyncProperty(json, async (value) => {
        await database.prisma.$executeRaw`UPDATE "RunEvent" SET "data" = ${toJson(value)}::json WHERE "threadId" = ${threadId}::uuid`;
        const { data } = await database.prisma.runEvent.findFirstOrThrow({ where: { threadId } });
        expect(data).toEqual(value);
        const [row] = await database.prisma.$queryRaw<{ data: Json }[]>`SELECT "data" FROM "RunEvent" WHERE "threadId" = ${threadId}::uuid`;
        expect(row?.data).toEqual(value);
      }),
      { numRuns: 60 },
    );
  });
});
