import { describe, expect, it } from 'vitest';
import { LINK_BYTES, type StoredValue } from '../../src/domain/channel-blob.js';
import { makeRecentValues } from '../../src/langgraph/checkpointer/recent-values.js';

const PLACE = { threadId: 't', checkpointNs: '' };
const makeValue = (version: string, length = LINK_BYTES): StoredValue => ({
  version,
  type: 'json',
  bytes: new Uint8Array(length),
  links: 0,
  chainBytes: length,
});

describe('the recent values', () => {
  it('hold the newest of each channel and namespace, until it is forgotten', () => {
    const recent = makeRecentValues(10 * LINK_BYTES);
    recent.keep(PLACE, 'a', makeValue('1'));
    recent.keep(PLACE, 'a', makeValue('2'));
    recent.keep({ ...PLACE, checkpointNs: 'child' }, 'a', makeValue('3'));
    expect(recent.find(PLACE, 'a')?.version).toBe('2');
    recent.forget(PLACE, 'a');
    expect(recent.find(PLACE, 'a')).toBeUndefined();
    expect(recent.find({ ...PLACE, checkpointNs: 'child' }, 'a')?.version).toBe('3');
  });

  it('never hold more bytes than they may: those kept longest ago go', () => {
    const recent = makeRecentValues(3 * LINK_BYTES);
    for (const channel of ['a', 'b', 'c', 'a', 'd']) recent.keep(PLACE, channel, makeValue(channel));
    expect(['a', 'b', 'c', 'd'].filter((channel) => recent.find(PLACE, channel))).toEqual(['a', 'c', 'd']);
    recent.keep(PLACE, 'a', makeValue('too long', 3 * LINK_BYTES + 1));
    expect(['a', 'b', 'c', 'd'].filter((channel) => recent.find(PLACE, channel))).toEqual(['c', 'd']);
  });

  it('hold no value that would be stored whole in any case', () => {
    const recent = makeRecentValues(10 * LINK_BYTES);
    recent.keep(PLACE, 'a', makeValue('1', LINK_BYTES - 1));
    expect(recent.find(PLACE, 'a')).toBeUndefined();
  });
});
