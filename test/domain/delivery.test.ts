import { describe, expect, it, test } from 'vitest';
import { makeWebhookWire } from '../../src/adapters/webhook-wire.js';
import { nextDeliveryStep } from '../../src/domain/delivery.js';

describe('what follows a call', () => {
  const answered = (httpStatus: number) => ({ httpStatus, failure: null });
  const failed = { httpStatus: null, failure: 'connect ECONNREFUSED', isFinal: false };

  it('is nothing more after a 2xx, and after an answer that would be the same again', () => {
    for (const status of [200, 201, 204]) expect(nextDeliveryStep(1, answered(status))).toEqual({ outcome: 'DELIVERED' });
    for (const status of [301, 302, 400, 401, 404, 410]) expect(nextDeliveryStep(1, answered(status))).toEqual({ outcome: 'REFUSED' });
    expect(nextDeliveryStep(1, { ...failed, isFinal: true })).toEqual({ outcome: 'REFUSED' });
  });

  it('is another one after 1 s, 5 s, 30 s, 2, 7, 20 and 30 min, and then no more', () => {
    for (const result of [failed, answered(429), answered(500), answered(503)]) {
      const waits = Array.from({ length: 8 }, (_none, index) => nextDeliveryStep(index + 1, result));
      expect(waits.map((step) => (step.outcome === null ? step.afterMs / 1_000 : step.outcome))).toEqual([
        ...[1, 5, 30, 120, 420, 1_200, 1_800],
        'GIVEN_UP',
      ]);
    }
  });
});

describe('the URL of a webhook', () => {
  const [closed, open] = [makeWebhookWire({ allowPrivate: false }), makeWebhookWire({ allowPrivate: true })];

  test.each([
    'ftp://example.com',
    'example.com/hook',
    '',
    'https://user:secret@example.com/',
    `https://example.com/${'x'.repeat(10_000)}`,
    'javascript:alert(1)',
  ])('%j is refused', (url) => {
    expect([closed.findFault(url), open.findFault(url)]).toEqual([expect.any(String), expect.any(String)]);
  });

  test.each([
    ...['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '0.0.0.0', '100.64.0.1', '2130706433', '0x7f.1'],
    ...['[::1]', '[fe80::1]', '[fc00::1]', '[::ffff:127.0.0.1]', '[::ffff:10.0.0.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
    ...['[::127.0.0.1]', '[::10.0.0.1]', '[4000::1]'],
  ])('a private address (%s) is refused unless those are allowed', (host) => {
    expect([closed.findFault(`http://${host}/hook`), open.findFault(`http://${host}/hook`)]).toEqual([expect.any(String), null]);
  });

  test.each(['https://example.com/hook', 'http://93.184.216.34:8080/x?y=1', 'http://[2606:2800:220:1::1]/'])('%j is taken', (url) => {
    expect(closed.findFault(url)).toBeNull();
  });

  test('a name that leads to a private address is refused when it is called', async () => {
    expect(await closed.post('http://localhost:9/', '{}', {})).toEqual({
      httpStatus: null,
      failure: expect.stringContaining('private address') as string,
      isFinal: true,
    });
  });
});
