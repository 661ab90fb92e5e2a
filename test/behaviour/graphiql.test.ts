import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../support/server.js';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

describe.skipIf(CHROMIUM === undefined)('GraphiQL in a real browser (skipped where no Chromium is installed)', () => {
  let server: TestServer;
  let browser: Browser;
  let page: Page;
  const foreign: string[] = [];

  beforeAll(async () => {
    server = await startTestServer();
    browser = await chromium.launch({
      executablePath: CHROMIUM ?? '',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    });
    // The answer's editor draws only the lines that are in sight: the window is tall enough for all events of a run that ended before.
    page = await browser.newPage({ viewport: { width: 1400, height: 8000 } });
    page.on('request', (request) => {
      const { protocol, host } = new URL(request.url());
      if (protocol.startsWith('http') && host !== new URL(server.url).host) foreign.push(request.url());
    });
    await page.goto(server.url);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
  });

  /** Presses play in the tab of this name and gives what the answer pane shows once `text` stands in it. */
  async function play(name: string, text: string): Promise<string> {
    await page.locator('.graphiql-tab-button', { hasText: name }).click();
    // GraphiQL reads a tab's operation a moment after it has shown the tab: sooner than a person can press, but not sooner than this test.
    await page.waitForFunction(`localStorage.getItem('graphiql:query')?.includes(' ${name}')`);
    await page.locator('.graphiql-execute-button').click();
    const answer = page.locator('.result-window');
    await answer.getByText(text, { exact: false }).first().waitFor({ timeout: 30_000 });
    return answer.innerText();
  }

  test('a reload adds no tab', async () => {
    await page.reload();
    await page.locator('.graphiql-execute-button').waitFor();
    expect(await page.locator('.graphiql-tab-button').count()).toBe(4);
  });

  test('its four tabs work one after the other as they are: create a thread, start a run, watch its events, join it', async () => {
    expect(await page.locator('.graphiql-tab-button').count()).toBe(4);
    expect(await play('CreateThread', 'createThread')).toContain('IDLE');
    expect(await play('StartRun', 'createRun')).toMatch(/PENDING|RUNNING|SUCCESS/);
    expect(await play('WatchRun', 'RunEndEvent')).toContain('SUCCESS');
    expect(await play('JoinRun', 'joinRun')).toContain('SUCCESS');
  });

  test('it asks no other host for anything', () => {
    expect(foreign).toEqual([]);
  });
});
