import { spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRunOn } from '../support/runs.js';
import { STATE_GRAPHS, startTestServer, type TestServer } from '../support/server.js';
import { makeTemporaryFolder } from '../support/skein-process.js';
import { type ReceivedCall, startReceiver, type WebhookReceiver } from '../support/webhook-receiver.js';

const SECRET = 'a secret with an ü in it';
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** A snippet of docs/webhooks.md with what makes a program of it: calls in, answers out, as JSON. */
const LANGUAGES = {
  ts: {
    command: [process.execPath, '--import', import.meta.resolve('tsx')],
    main: `
import { readFileSync } from 'node:fs';
const { secret, calls } = JSON.parse(readFileSync(0, 'utf8'));
console.log(JSON.stringify(calls.map(({ headers, body }) => isAuthentic(secret, headers, body))));`,
  },
  python: {
    command: ['python3'],
    main: `
import json, sys
given = json.load(sys.stdin.buffer)
print(json.dumps([is_authentic(given["secret"], call["headers"], call["body"].encode()) for call in given["calls"]]))`,
  },
} as const;

let server: TestServer;
let receiver: WebhookReceiver;
let folder: Awaited<ReturnType<typeof makeTemporaryFolder>>;
let call: ReceivedCall;
beforeAll(async () => {
  folder = await makeTemporaryFolder();
  receiver = await startReceiver();
  server = await startTestServer({ langgraphJson: STATE_GRAPHS, env: { WEBHOOK_ALLOW_PRIVATE: 'true', WEBHOOK_SECRET: SECRET } });
  const input = { messages: [{ role: 'user', content: 'Grüße, “all” of you 👋 \u2028' }] };
  await createRunOn(server.url, { assistantId: 'chat', input, webhook: receiver.url });
  await receiver.called(1);
  call = receiver.calls[0]!;
});
afterAll(async () => {
  await server.close();
  await receiver.close();
  await folder.remove();
});

async function verify(language: keyof typeof LANGUAGES, secret: string, calls: readonly ReceivedCall[]): Promise<boolean[]> {
  const docs = await readFile(new URL('../../docs/webhooks.md', import.meta.url), 'utf8');
  const snippet = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(docs)?.[1];
  if (snippet === undefined) throw new Error(`docs/webhooks.md has no ${language}.`);
  const file = join(folder.path, language === 'ts' ? 'verify.mts' : 'verify.py');
  await writeFile(file, `${snippet}\n${LANGUAGES[language].main}\n`);
  const [program, ...parameters] = LANGUAGES[language].command;
  const { stdout, stderr, status } = spawnSync(program, [...parameters, file], {
    input: JSON.stringify({ secret, calls }),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as boolean[];
}

function signedAt(seconds: number, body: string): ReceivedCall {
  const timestamp = String(Math.floor(seconds));
  const signature = createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex');
  return { headers: { 'x-skein-timestamp': timestamp, 'x-skein-signature': signature }, body };
}

describe.each([
  ['ts', true],
  ['python', hasPython],
] as const)('the %s of docs/webhooks.md', (language, isThere) => {
  test.skipIf(!isThere)('takes a call as it was made, and no other (skipped where there is no python3)', async () => {
    const { headers, body } = call;
    const now = Date.now() / 1_000;
    const genuine = [call, signedAt(now, '{}'), signedAt(now - 200, body)];
    const forged: ReceivedCall[] = [
      { headers, body: `${body} ` },
      { headers: { ...headers, 'x-skein-timestamp': String(Number(headers['x-skein-timestamp']) + 1) }, body },
      { headers: { ...headers, 'x-skein-signature': '' }, body },
      { headers: { ...headers, 'x-skein-signature': 'ü' }, body },
      { headers: {}, body },
      signedAt(now - 400, body),
      signedAt(now + 400, body),
    ];
    expect(await verify(language, SECRET, [...genuine, ...forged])).toEqual([...genuine.map(() => true), ...forged.map(() => false)]);
    expect(await verify(language, 'another secret', [call])).toEqual([false]);
  });
});
