import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../src/graphql/instant.js';

describe('parseInstant', () => {
  it('reads back whatever the server writes', () => {
    const dates = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, (date) => {
        expect(parseInstant(date.toISOString())).toEqual(date);
      }),
    );
  });

  it('reads offsets, to the millisecond', () => {
    expect(parseInstant('2026-01-31T12:00:00.123456+02:00')?.toISOString()).toBe('2026-01-31T10:00:00.123Z');
    expect(parseInstant('2026-01-31t12:00:00z')?.toISOString()).toBe('2026-01-31T12:00:00.000Z');
  });

  it.each([
    '2026-02-30T00:00:00Z',
    '2025-02-29T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:60:00Z',
    '2026-01-01T00:00:00',
    '2026-01-01',
    '1767225600',
    'tomorrow',
    '',
  ])('knows that %j is no instant', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});
