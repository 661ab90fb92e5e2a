import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/domain/errors.js';
import {
  EVENT_KINDS,
  isThreadEventKind,
  kindsPassing,
  passesFilter,
  passesThreadFilter,
  threadKindsPassing,
} from '../../src/domain/event.js';
import { encodeEventId, requireEventSeq, requireKeptThreadSeq } from '../../src/domain/event-id.js';
import { STREAM_MODES } from '../../src/domain/stream-mode.js';

const filters = fc.record({ modes: fc.option(fc.subarray([...STREAM_MODES])), subgraphs: fc.boolean() });
const seqs = fc.integer({ min: 0, max: 2_147_483_647 });

describe('the filter of events', () => {
  it('passes by kind exactly what the table is asked for', () => {
    fc.assert(
      fc.property(filters, fc.constantFrom(...EVENT_KINDS), (filter, kind) => {
        expect(passesFilter({ kind, namespace: [] }, filter)).toBe(kindsPassing(filter).includes(kind));
      }),
    );
  });

  it('passes of a whole thread what passes of its runs, and all that is the thread’s own', () => {
    fc.assert(
      fc.property(filters, fc.constantFrom(...EVENT_KINDS), fc.subarray(['child:1']), (filter, kind, namespace) => {
        const event = { kind, namespace };
        expect(passesThreadFilter(event, filter)).toBe(isThreadEventKind(kind) || passesFilter(event, filter));
        expect(passesThreadFilter({ kind, namespace: [] }, filter)).toBe(threadKindsPassing(filter).includes(kind));
      }),
    );
  });

  it('always passes what belongs to no mode (metadata, feedback, error and end events), and never the thread’s own', () => {
    const nothing = { modes: [], subgraphs: false };
    expect(EVENT_KINDS.filter((kind) => passesFilter({ kind, namespace: [] }, nothing))).toEqual(['METADATA', 'FEEDBACK', 'ERROR', 'END']);
  });

  it('leaves out what subgraphs emitted unless asked for it', () => {
    const event = { kind: 'VALUES', namespace: ['child:1'] } as const;
    expect([true, false].map((subgraphs) => passesFilter(event, { modes: null, subgraphs }))).toEqual([true, false]);
  });
});

describe('an event id', () => {
  it('gives back the seq it was made of, for its own thread', () => {
    fc.assert(
      fc.property(fc.uuid(), seqs, (threadId, seq) => {
        expect(requireEventSeq(encodeEventId({ threadId, seq }), threadId)).toBe(seq);
      }),
    );
  });

  it('is refused for any other thread', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), seqs, (threadId, other, seq) => {
        fc.pre(threadId !== other);
        expect(codeOf(() => requireEventSeq(encodeEventId({ threadId, seq }), other))).toBe('EVENT_CURSOR_INVALID');
      }),
    );
  });

  it('has expired for a whole thread while what lies after it is no longer kept, and is refused beyond the end', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.nat(9), fc.nat(9), fc.option(fc.nat(9)), (threadId, seq, lastSeq, expiredSeq) => {
        const read = () => requireKeptThreadSeq(encodeEventId({ threadId, seq }), { threadId, lastSeq, expiredSeq });
        if (seq > lastSeq) expect(codeOf(read)).toBe('EVENT_CURSOR_INVALID');
        else if (seq < (expiredSeq ?? 0)) expect(codeOf(read)).toBe('EVENT_CURSOR_EXPIRED');
        else expect(read()).toBe(seq);
      }),
    );
  });

  it('is refused when it is anything else, never with another error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uuid(), (text, threadId) => {
        expect(codeOf(() => requireEventSeq(text, threadId))).toBe('EVENT_CURSOR_INVALID');
      }),
    );
  });
});

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return error instanceof AppError ? error.code : String(error);
  }
}
