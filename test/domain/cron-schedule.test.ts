import { describe, expect, it, test } from 'vitest';
import { listFireTimes, nextFireAt, requireCronSchedule } from '../../src/domain/cron-schedule.js';
import { AppError } from '../../src/domain/errors.js';

const MINUTE = 60_000;
const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu'];
const YEAR = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2027, 0, 1) };

/** Clocks of a zone, minute by minute over the year: the law of a cron that names minutes and hours with wildcards, told without croner. */
function wallClocks(timezone: string): (at: number) => { minute: number; hour: number } {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  return (at) => {
    const [hour = 0, minute = 0] = format.format(at).split(':').map(Number);
    return { hour, minute };
  };
}

/** The instants at which a zone's clocks go forward or back in that year, to the quarter of an hour. */
function changesOf(timezone: string): number[] {
  const offset = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset', hour: '2-digit' });
  const offsetAt = (at: number) => offset.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value;
  const changes: number[] = [];
  for (let at = YEAR.from; at < YEAR.until; at += 15 * MINUTE) if (offsetAt(at) !== offsetAt(at + 15 * MINUTE)) changes.push(at);
  return changes;
}

describe.each(ZONES)('a year in %s', (timezone) => {
  it('has every minute around its changes as a fire time of `* * * * *`, both times where clocks go back, and no other instant', () => {
    for (const change of [YEAR.from, ...changesOf(timezone)]) {
      const from = change - 6 * 60 * MINUTE;
      const times = listFireTimes({ schedule: '* * * * *', timezone }, { after: new Date(from), limit: 12 * 60 });
      expect(times.map((time) => time.getTime())).toEqual(times.map((_time, index) => from + (index + 1) * MINUTE));
    }
  });

  it('fires `*/20 1-3 * * *` exactly when the clocks say so: nothing extra in a gap, both passes in an overlap', () => {
    const clock = wallClocks(timezone);
    const expected: string[] = [];
    for (let at = YEAR.from; at < YEAR.until; at += 10 * MINUTE) {
      const { minute, hour } = clock(at);
      if (minute % 20 === 0 && hour >= 1 && hour <= 3) expected.push(new Date(at).toISOString());
    }
    const times = listFireTimes({ schedule: '*/20 1-3 * * *', timezone }, { after: new Date(YEAR.from - 1), limit: expected.length });
    expect(times.map((time) => time.toISOString())).toEqual(expected);
  });

  it('fires `30 2 * * *` once a day: at the first instant after a gap, at the first pass of an overlap', () => {
    const clock = wallClocks(timezone);
    const date = new Intl.DateTimeFormat('en-CA', { timeZone: timezone });
    const firstOf = new Map<string, number>();
    for (let at = YEAR.from - 24 * 60 * MINUTE; at < YEAR.until; at += 15 * MINUTE) {
      const { minute, hour } = clock(at);
      // The first instant of the day at which its clocks show 02:30 or later.
      if (hour * 60 + minute >= 150 && !firstOf.has(date.format(at))) firstOf.set(date.format(at), at);
    }
    const expected = [...firstOf.values()].filter((at) => at >= YEAR.from).map((at) => new Date(at).toISOString());
    const times = listFireTimes({ schedule: '30 2 * * *', timezone }, { after: new Date(YEAR.from - 1), limit: expected.length });
    expect(times.map((time) => time.toISOString())).toEqual(expected);
  });
});

test('the next fire time is later than the instant asked for, also when that is one', () => {
  const schedule = { schedule: '0 12 * * *', timezone: 'UTC' };
  const noon = new Date('2026-06-01T12:00:00.000Z');
  expect(nextFireAt(schedule, noon)?.toISOString()).toBe('2026-06-02T12:00:00.000Z');
  expect(nextFireAt(schedule, new Date(noon.getTime() - 1))?.toISOString()).toBe(noon.toISOString());
});

test.each([
  ['30 2,14 * * *', '2026-03-08T00:00:00Z', ['03-08T07:00', '03-08T18:30', '03-09T06:30']],
  ['15,45 2 * * *', '2026-03-08T00:00:00Z', ['03-08T07:00', '03-09T06:15', '03-09T06:45']],
  ['0 2,3 * * *', '2026-03-08T00:00:00Z', ['03-08T07:00', '03-09T06:00', '03-09T07:00']],
  ['30 1,13 * * *', '2026-11-01T00:00:00Z', ['11-01T05:30', '11-01T18:30', '11-02T06:30']],
  ['0,30 1 * * *', '2026-11-01T05:15:00Z', ['11-01T05:30', '11-02T06:00', '11-02T06:30']],
  ['0,30 1 * * *', '2026-11-01T06:15:00Z', ['11-02T06:00', '11-02T06:30', '11-03T06:00']],
])('each time of the list `%s` is a fixed one, from %s on in New York', (schedule, after, expected) => {
  const times = listFireTimes({ schedule, timezone: 'America/New_York' }, { after: new Date(after), limit: 3 });
  expect(times.map((time) => time.toISOString().slice(5, 16))).toEqual(expected);
});

describe('what is refused, and why', () => {
  const now = new Date('2026-06-01T00:00:00Z');
  const refusal = (schedule: string, timezone = 'UTC'): unknown => {
    try {
      return requireCronSchedule({ schedule, timezone }, { now, path: ['input'] });
    } catch (error) {
      return error instanceof AppError ? { code: error.code, message: error.message } : error;
    }
  };
  test.each([
    ['61 * * * *', 'the minute "61"'],
    ['* 24 * * *', 'the hour "24"'],
    ['* * 32 * *', 'the day of the month "32"'],
    ['* * * Foo *', 'the month "Foo"'],
    ['* * * * 9', 'the day of the week "9"'],
    ['', 'has 0 fields'],
    ['* * * * * *', 'has 6 fields'],
    ['* * * * * * *', 'has 7 fields'],
    ['@often', 'is no nickname'],
    ['2030-01-01T00:00:00', 'has 1 fields'],
    ['0 0 30 2 *', 'never comes'],
  ])('%j: %s', (schedule, fact) => {
    expect(refusal(schedule)).toEqual({ code: 'INVALID_CRON_SCHEDULE', message: expect.stringContaining(fact) as string });
  });
  test.each(['Mars/Base', '', '+02:00', 'Europe/Zürich'])('the zone %j', (timezone) => {
    expect(refusal('* * * * *', timezone)).toMatchObject({ code: 'INVALID_CRON_SCHEDULE' });
  });
  test.each(['*/5 * * * *', '@daily', '@hourly', '0 9 * * MON-FRI', '0 0 1 JAN *', '15,45 8-18/2 * * 1,3,5'])('%j is taken', (schedule) => {
    expect(refusal(` ${schedule} `)).toEqual({ schedule, timezone: 'UTC' });
  });
});
