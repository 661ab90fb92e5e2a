import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codesOf } from '../support/client.js';
import { cancelRunOf, createRunOn, findRun, joinRunOf, tryCreateRunOn } from '../support/runs.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { waitForEvent } from '../support/telemetry.js';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

const SECRET = 'a secret of the tests';
let server: TestServer;
let url: string;
const receivers: WebhookReceiver[] = [];

beforeAll(async () => {
  server = await startTestServer({ langgraphJson: STATE_GRAPHS, env: { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_SECRET: SECRET } });
  url = server.url;
});
afterAll(async () => {
  await server.close();
  await Promise.all(receivers.map((receiver) => receiver.close()));
});

async function receive(...args: Parameters<typeof startReceiver>): Promise<WebhookReceiver> {
  const receiver = await startReceiver(...args);
  receivers.push(receiver);
  return receiver;
}

const settled = (runId: string) => waitForEvent(server.telemetry, 'delivery.settled', (facts) => facts.runId === runId);

describe('a webhook', () => {
  test('is called once when the run has ended, with the run in the platform’s wire form, signed', async () => {
    const receiver = await receive();
    const id = crypto.randomUUID();
    const done = settled(id);
    const run = await createRunOn(url, {
      id,
      assistantId: 'chat',
      input: { messages: [{ role: 'user', content: 'hi' }] },
      webhook: receiver.url,
    });
    expect(await done).toMatchObject({ outcome: 'DELIVERED', attempts: 1, httpStatus: 200 });
    expect(receiver.calls).toHaveLength(1);
    const [{ headers, body }] = receiver.calls as [(typeof receiver.calls)[number]];
    expect(JSON.parse(body)).toMatchObject({
      ...{ run_id: id, thread_id: run.threadId, status: 'success', error: null, multitask_strategy: 'reject' },
      values: {
        messages: [
          { type: 'human', content: 'hi' },
          { type: 'ai', content: 'You said: hi' },
        ],
      },
      ...{
        run_started_at: expect.any(String) as string,
        run_ended_at: expect.any(String) as string,
        webhook_sent_at: expect.any(String) as string,
      },
    });
    expect(headers).toMatchObject({ 'content-type': 'application/json', 'x-skein-delivery': expect.any(String) as string });
    const signature = createHmac('sha256', SECRET)
      .update(`${String(headers['x-skein-timestamp'])}.${body}`)
      .digest('hex');
    expect(headers['x-skein-signature']).toBe(signature);
  });

  test.each([
    ['failing', { messages: [] }, 'error', { error: 'Error', message: 'this node never works' }],
    ['review', {}, 'success', null],
  ])('tells how a run of %s ended', async (assistantId, input, status, error) => {
    const receiver = await receive();
    const id = crypto.randomUUID();
    const done = settled(id);
    await createRunOn(url, { id, assistantId, input, webhook: receiver.url });
    await done;
    expect(JSON.parse(receiver.calls[0]?.body ?? '')).toMatchObject({ run_id: id, status, error });
  });

  test.each(['INTERRUPT', 'ROLLBACK'])('is called for a run that was cancelled before it began (%s)', async (action) => {
    const receiver = await receive();
    const run = await createRunOn(url, { assistantId: 'chat', input: { messages: [] }, webhook: receiver.url, afterSeconds: 3_600 });
    const done = settled(run.id);
    await cancelRunOf(url, run.id, { action });
    await done;
    expect(JSON.parse(receiver.calls[0]?.body ?? '')).toMatchObject({ run_id: run.id, status: 'interrupted', values: null });
  });

  test('that answers 500 and then takes it is called again under the same id, and the run knows nothing of it', async () => {
    const receiver = await receive((response, call) => response.writeHead(call === 1 ? 500 : 200).end());
    const id = crypto.randomUUID();
    const done = settled(id);
    await createRunOn(url, { id, assistantId: 'chat', input: { messages: [] }, webhook: receiver.url });
    await joinRunOf(url, id);
    expect(await done).toMatchObject({ outcome: 'DELIVERED', attempts: 2 });
    expect(new Set(receiver.calls.map(({ headers }) => headers['x-skein-delivery'])).size).toBe(1);
    expect(await findRun(url, id)).toMatchObject({ status: 'SUCCESS' });
  });

  test('that redirects is not followed', async () => {
    const elsewhere = await receive();
    const receiver = await receive((response) => response.writeHead(302, { location: elsewhere.url }).end());
    const id = crypto.randomUUID();
    const done = settled(id);
    await createRunOn(url, { id, assistantId: 'chat', input: { messages: [] }, webhook: receiver.url });
    expect(await done).toMatchObject({ outcome: 'REFUSED', httpStatus: 302 });
    expect(elsewhere.calls).toHaveLength(0);
  });

  test('that sends an endless body, or hangs, holds up no other', async () => {
    const endless = await receive((response) => {
      response.writeHead(200);
      const send = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', send);
      };
      send();
      response.on('error', () => undefined);
    });
    const hanging = await receive(() => undefined);
    for (let index = 0; index < 20; index += 1)
      await createRunOn(url, { assistantId: 'chat', input: { messages: [] }, webhook: hanging.url });
    const ids = [crypto.randomUUID(), crypto.randomUUID()];
    const done = Promise.all(ids.map(settled));
    await createRunOn(url, { id: ids[0], assistantId: 'chat', input: { messages: [] }, webhook: endless.url });
    const quick = await receive();
    await createRunOn(url, { id: ids[1], assistantId: 'chat', input: { messages: [] }, webhook: quick.url });
    expect(await done).toMatchObject([{ outcome: 'DELIVERED' }, { outcome: 'DELIVERED' }]);
  }, 30_000);

  test.each(['ftp://example.com/', 'nowhere', `https://example.com/${'x'.repeat(10_000)}`])('of %j is refused', async (webhook) => {
    expect(codesOf(await tryCreateRunOn(url, { assistantId: 'chat', input: { messages: [] }, webhook }))).toEqual(['BAD_USER_INPUT']);
  });
});
