import { Cron as Pattern } from 'croner';
import { AppError } from './errors.js';
import { makeWallClock } from './wall-clock.js';

/** When a cron fires: a five-field expression (or a nickname like `@daily`), read on the clocks of an IANA time zone. */
export interface CronSchedule {
  readonly schedule: string;
  readonly timezone: string;
}

/**
 * The first fire time after an instant; null: it never fires again. Where clocks go forward, a fixed time that is skipped fires at the
 * first instant after the gap; where they go back, a fixed time that comes twice fires the first time: each of a list of such times too. A
 * wildcard, range or step in minute or hour follows elapsed time: nothing extra in a gap, both passes in an overlap.
 */
export function nextFireAt(schedule: CronSchedule, after: Date): Date | null {
  return listFireTimes(schedule, { after, limit: 1 })[0] ?? null;
}

/** Up to `limit` fire times after an instant, in order; fewer when it never fires again. */
export function listFireTimes(schedule: CronSchedule, { after, limit }: { after: Date; limit: number }): Date[] {
  return FIXED_TIMES.test(schedule.schedule) ? listFixedTimes(schedule, { after, limit }) : parse(schedule).nextRuns(limit, after);
}

/** Minutes and hours without wildcard, range and step. */
const FIXED_TIMES = /^[\d,]+\s+[\d,]+\s/;

/** croner takes a list such as `30 2,14 * * *` for one that follows elapsed time; here it tells wall times, which know no gaps. */
function listFixedTimes({ schedule, timezone }: CronSchedule, { after, limit }: { after: Date; limit: number }): Date[] {
  const [pattern, clock] = [parse({ schedule, timezone: 'UTC' }), makeWallClock(timezone)];
  const times: Date[] = [];
  for (let shown = pattern.nextRun(clock.wallTimeOf(after)); shown && times.length < limit; shown = pattern.nextRun(shown)) {
    const time = clock.firstInstantOf(shown);
    // Several of a gap are one; those of an overlap are over in its second pass.
    if (time > (times.at(-1) ?? after)) times.push(time);
  }
  return times;
}

/** @throws INVALID_CRON_SCHEDULE that says which field is wrong; `path` says where the schedule stood in the input */
export function requireCronSchedule(
  { schedule, timezone }: CronSchedule,
  { now, path }: { now: Date; path: readonly string[] },
): CronSchedule {
  const zone = timezone.trim();
  if (!isTimeZone(zone))
    throw invalid([...path, 'timezone'], `"${shorten(timezone)}" is not an IANA time zone such as Europe/Zurich or UTC`);
  const expression = schedule.trim();
  const fault = findFault(expression);
  if (fault !== null) throw invalid([...path, 'schedule'], fault);
  if (nextFireAt({ schedule: expression, timezone: zone }, now) === null) {
    throw invalid([...path, 'schedule'], `"${shorten(schedule)}" names a time that never comes`);
  }
  return { schedule: expression, timezone: zone };
}

const FIELDS = ['minute', 'hour', 'day of the month', 'month', 'day of the week'];

function findFault(expression: string): string | null {
  const shown = `"${shorten(expression)}"`;
  if (expression.startsWith('@'))
    return isPattern(expression) ? null : `${shown} is no nickname: use @yearly, @monthly, @weekly, @daily or @hourly`;
  const fields = expression === '' ? [] : expression.split(/\s+/);
  // croner would also take one date and time, such as 2030-01-01T00:00:00.
  if (fields.length !== FIELDS.length) return `${shown} has ${fields.length} fields; it takes five: ${FIELDS.join(', ')}`;
  if (isPattern(expression)) return null;
  const faulty = fields.findIndex((field, index) => !isPattern(FIELDS.map((_name, at) => (at === index ? field : '*')).join(' ')));
  return faulty === -1 ? `${shown} is not a cron expression` : `the ${FIELDS[faulty]} "${shorten(fields[faulty] ?? '')}" is not valid`;
}

function isPattern(expression: string): boolean {
  try {
    parse({ schedule: expression, timezone: 'UTC' });
    return true;
  } catch {
    // croner tells what it cannot read by throwing; what is wrong is found out field by field.
    return false;
  }
}

function isTimeZone(zone: string): boolean {
  // Offsets such as +02:00, which Intl takes as well, are no zones.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}

function parse({ schedule, timezone }: CronSchedule): Pattern {
  return new Pattern(schedule, { timezone, mode: '5-part', paused: true });
}

function invalid(path: readonly string[], fact: string): AppError {
  return new AppError('INVALID_CRON_SCHEDULE', `The cron cannot be scheduled: ${fact}.`, { issues: [{ path, message: fact }] });
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
