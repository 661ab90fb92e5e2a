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

describe('a receiver that', () => {
  const start = async (webhook: string): Promise<{ id: string; done: ReturnType<typeof settled> }> => {
    const id = crypto.randomUUID();
    const done = settled(id);
    await createRunOn(url, { id, assistantId: 'chat', input: { messages: [] }, webhook, onCompletion: 'KEEP' });
    return { id, done };
  };
  const rowOf = (runId: string) => server.app.deps.database.prisma.delivery.findFirstOrThrow({ where: { runId } });
  const failed = (runId: string, attempts: number) =>
    waitForEvent(server.telemetry, 'delivery.failed', (facts) => facts.runId === runId && facts.attempts === attempts);
  /** The wait between two tries is over. */
  async function passWait(runId: string): Promise<void> {
    await server.app.deps.database.prisma.$executeRaw`UPDATE "Delivery" SET "nextTryAt" = clock_timestamp() WHERE "runId" = ${runId}::uuid`;
    server.app.deps.signals.notify('deliveries');
  }
  /** However the receiver was: the run is as it would be without it, and others are told. */
  async function expectNothingElseMoved(runId: string): Promise<void> {
    expect(await findRun(url, runId)).toMatchObject({ status: 'SUCCESS' });
    const other = await start((await receive()).url);
    expect(await other.done).toMatchObject({ outcome: 'DELIVERED', attempts: 1 });
  }

  test('refuses is called again until trying is given up, and the row says why', async () => {
    const gone = await receive();
    await gone.close();
    const id = crypto.randomUUID();
    let next = failed(id, 1);
    const done = settled(id);
    await createRunOn(url, { id, assistantId: 'chat', input: { messages: [] }, webhook: gone.url, onCompletion: 'KEEP' });
    for (let attempts = 1; attempts <= 7; attempts += 1) {
      expect(await next).toMatchObject({ httpStatus: null, failure: expect.stringContaining('ECONNREFUSED') as string });
      if (attempts === 1) await expectNothingElseMoved(id);
      next = failed(id, attempts + 1);
      await passWait(id);
    }
    expect(await done).toMatchObject({ outcome: 'GIVEN_UP', attempts: 8 });
    expect(await rowOf(id)).toMatchObject({ outcome: 'GIVEN_UP', attempts: 8, nextTryAt: null, httpStatus: null });
  });

  test('hangs is left after ten seconds, and called again', async () => {
    const hanging = await receive(() => undefined);
    const id = crypto.randomUUID();
    const first = failed(id, 1);
    await createRunOn(url, { id, assistantId: 'chat', input: { messages: [] }, webhook: hanging.url, onCompletion: 'KEEP' });
    await hanging.called(1);
    await expectNothingElseMoved(id);
    expect(await first).toMatchObject({ httpStatus: null, failure: 'No answer came within 10 s.' });
    expect(await rowOf(id)).toMatchObject({ outcome: null, attempts: 1, failure: 'No answer came within 10 s.' });
  });

  test('answers 500 five times and then takes it is told at the sixth', async () => {
    const receiver = await receive((response, call) => response.writeHead(call <= 5 ? 500 : 200).end());
    const id = crypto.randomUUID();
    let next = failed(id, 1);
    const done = settled(id);
    await createRunOn(url, { id, assistantId: 'chat', input: { messages: [] }, webhook: receiver.url, onCompletion: 'KEEP' });
    for (let attempts = 1; attempts <= 5; attempts += 1) {
      expect(await next).toMatchObject({ httpStatus: 500 });
      if (attempts === 1) await expectNothingElseMoved(id);
      next = failed(id, attempts + 1);
      await passWait(id);
    }
    expect(await done).toMatchObject({ outcome: 'DELIVERED', attempts: 6 });
    expect(await rowOf(id)).toMatchObject({ outcome: 'DELIVERED', attempts: 6, httpStatus: 200, failure: null, nextTryAt: null });
  });

  test('redirects to a private address is not followed there', async () => {
    const hidden = await receive();
    const receiver = await receive((response) => response.writeHead(307, { location: hidden.url }).end());
    const { id, done } = await start(receiver.url);
    expect(await done).toMatchObject({ outcome: 'REFUSED', attempts: 1, httpStatus: 307 });
    expect(await rowOf(id)).toMatchObject({ outcome: 'REFUSED', httpStatus: 307, nextTryAt: null });
    expect(hidden.calls).toHaveLength(0);
    await expectNothingElseMoved(id);
  });

  test('sends an endless body is hung up on, and has been told', async () => {
    let hungUp: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (hungUp = resolve));
    const endless = await receive((response) => {
      const send = (): void => {
        while (response.write('x'.repeat(65_536)));
        response.once('drain', send);
      };
      response.on('error', () => undefined).on('close', hungUp);
      send();
    });
    const { id, done } = await start(endless.url);
    expect(await done).toMatchObject({ outcome: 'DELIVERED', attempts: 1, httpStatus: 200 });
    expect(await rowOf(id)).toMatchObject({ outcome: 'DELIVERED', httpStatus: 200 });
    await closed;
    await expectNothingElseMoved(id);
  });
});

describe('where private addresses are not allowed', () => {
  let guarded: TestServer;
  beforeAll(async () => {
    guarded = await startTestServer({ langgraphJson: STATE_GRAPHS });
  });
  afterAll(() => guarded.close());

  test.each([
    'http://127.0.0.1',
    'http://[::1]/',
    'http://10.0.0.1:8080/hook',
    'ftp://example.com/',
    `http://example.com/${'x'.repeat(10_000)}`,
  ])('a run with the webhook %j is refused, and nothing is created', async (webhook) => {
    const { prisma } = guarded.app.deps.database;
    const answer = await tryCreateRunOn(guarded.url, { assistantId: 'chat', input: { messages: [] }, webhook });
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(await Promise.all([prisma.run.count(), prisma.thread.count(), prisma.delivery.count()])).toEqual([0, 0, 0]);
  });

  test('a name that leads to one is refused when it is called, and the row says so', async () => {
    const hidden = await receive();
    const id = crypto.randomUUID();
    const done = waitForEvent(guarded.telemetry, 'delivery.settled');
    const webhook = hidden.url.replace('127.0.0.1', 'localhost');
    await createRunOn(guarded.url, { id, assistantId: 'chat', input: { messages: [] }, webhook });
    expect(await done).toMatchObject({ runId: id, outcome: 'REFUSED', attempts: 1, httpStatus: null });
    const row = await guarded.app.deps.database.prisma.delivery.findFirstOrThrow({ where: { runId: id } });
    expect(row).toMatchObject({ outcome: 'REFUSED', failure: expect.stringContaining('is a private address') as string });
    expect(hidden.calls).toHaveLength(0);
  });
});
