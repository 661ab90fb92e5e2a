import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ACTIVE_RUN_STATUSES, isFinal, nextRunStatus, RUN_STATUSES, RUN_TRANSITIONS, type RunAction } from '../../src/domain/run.js';
import { decideThreadStatus, threadStatusAfter } from '../../src/domain/thread.js';

const ACTIONS = [...new Set(Object.values(RUN_TRANSITIONS).flatMap((moves) => Object.keys(moves)))] as RunAction[];

describe('the life of a run', () => {
  it('ends: whatever happens, a final status is never left', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RUN_STATUSES.filter(isFinal)), fc.constantFrom(...ACTIONS), (status, action) => {
        expect(() => nextRunStatus(status, action)).toThrow(`A ${status} run cannot ${action}.`);
      }),
    );
  });

  it('moves only from PENDING to RUNNING or, when it is cancelled, to its end; and from RUNNING anywhere else', () => {
    expect(Object.values(RUN_TRANSITIONS.PENDING)).toEqual(['RUNNING', 'CANCELLED']);
    expect(new Set(Object.values(RUN_TRANSITIONS.RUNNING))).toEqual(new Set(RUN_STATUSES.filter((status) => status !== 'RUNNING')));
  });

  it('knows two statuses that are not final, and those make its thread BUSY', () => {
    expect(RUN_STATUSES.filter((status) => !isFinal(status))).toEqual(['PENDING', 'RUNNING']);
    expect(ACTIVE_RUN_STATUSES).toEqual(['PENDING', 'RUNNING']);
  });

  it('can always be brought to CANCELLED while it has not ended', () => {
    expect(nextRunStatus('PENDING', 'cancel')).toBe('CANCELLED');
    expect(nextRunStatus('RUNNING', 'stop')).toBe('CANCELLED');
  });

  it('comes to an end from wherever it stands: no status is a dead end or a circle without a way out', () => {
    for (const status of RUN_STATUSES) expect(RUN_STATUSES.filter(isFinal).some((end) => reachableFrom(status).has(end))).toBe(true);
  });
});

function reachableFrom(start: (typeof RUN_STATUSES)[number]): Set<string> {
  const reached = new Set<(typeof RUN_STATUSES)[number]>([start]);
  for (const status of reached) for (const next of Object.values(RUN_TRANSITIONS[status])) reached.add(next);
  return reached;
}

describe('the status of a thread after a run', () => {
  it('is BUSY while another run is active, whatever the run ended with', () => {
    for (const status of RUN_STATUSES) expect(threadStatusAfter(status, { waits: true, hasActiveRun: true })).toBe('BUSY');
  });

  it('is ERROR after ERROR and TIMEOUT, else INTERRUPTED when something waits, else IDLE', () => {
    const after = (status: 'SUCCESS' | 'ERROR' | 'TIMEOUT' | 'INTERRUPTED' | 'CANCELLED', waits: boolean) =>
      threadStatusAfter(status, { waits, hasActiveRun: false });
    expect([after('ERROR', false), after('TIMEOUT', true)]).toEqual(['ERROR', 'ERROR']);
    expect([after('INTERRUPTED', true), after('CANCELLED', true)]).toEqual(['INTERRUPTED', 'INTERRUPTED']);
    expect([after('SUCCESS', false), after('CANCELLED', false)]).toEqual(['IDLE', 'IDLE']);
  });

  it('follows from three facts alone, an active run before a failure before something that waits', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (hasActiveRun, failed, waits) => {
        const expected = hasActiveRun ? 'BUSY' : failed ? 'ERROR' : waits ? 'INTERRUPTED' : 'IDLE';
        expect(decideThreadStatus({ hasActiveRun, failed, waits })).toBe(expected);
      }),
    );
  });
});
