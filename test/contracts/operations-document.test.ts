import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { DEFAULT_STORE_SETTINGS } from '../../src/domain/store-settings.js';
import { DEFAULT_THREAD_TTL } from '../../src/domain/thread-ttl.js';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const text = read('docs/operations.md');

/** Rows of the table under a heading, cell by cell, without the head. */
function tableUnder(heading: string): string[][] {
  const section = text.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const plain = (cell = ''): string => cell.replaceAll('`', '');
const namesIn = (cell = ''): string[] => [...cell.matchAll(/`([\w.]+)`/g)].map(([, name = '']) => name);

/** Every loop of the executor, with its longest rest. */
function loopsOfSource(): Record<string, string> {
  const files = readdirSync(new URL('src/executor/', ROOT)).map((file) => read(`src/executor/${file}`));
  const loops = files.flatMap((source) =>
    [...source.matchAll(/startLoop\([^]*?name: '([^']+)'[^]*?everyMs: ([\w.]+)/g)].map(([, name = '', rest = '']) => {
      const [, seconds] = new RegExp(`const ${rest} = (\\d+) \\* SECOND`).exec(source) ?? [];
      return [name, seconds === undefined ? 'sweep_interval_minutes' : `${seconds} s`] as const;
    }),
  );
  return Object.fromEntries(loops);
}

test('the table of loops names each one with its rest', () => {
  const told = Object.fromEntries(tableUnder('Loops').map(([name, , rest]) => [plain(name), plain(rest)]));
  expect(told).toEqual(loopsOfSource());
});

test('the table of events names each one with its levels, and loops tell no others', () => {
  const events = [...read('src/ports/telemetry.ts').matchAll(/^ {2}'([\w.]+)': \{/gm)].map(([, name]) => name);
  const rows = tableUnder('Telemetry');
  expect(rows.map(([name]) => plain(name))).toEqual(events);
  const levels = new Map(
    [...read('src/adapters/pino-log.ts').matchAll(/^ {2}'([\w.]+)': (.*),$/gm)].map(([, name = '', rule = '']) => [name, rule]),
  );
  for (const [name, told = ''] of rows) {
    const inSource = [...(levels.get(plain(name)) ?? '').matchAll(/'(info|debug|warn|error)'/g)].map(([, level]) => level);
    expect([name, ...(told.match(/info|debug|warn|error/g) ?? []).toSorted()]).toEqual([name, ...inSource.toSorted()]);
  }
  for (const [, , , , tells] of tableUnder('Loops')) for (const name of namesIn(tells)) expect(events).toContain(name);
});

test('every setting it names is there, with the default it tells', () => {
  const variables = new Set<string>();
  readConfig(new Proxy({}, { get: (_, variable) => void variables.add(String(variable)) }));
  const named = [...text.matchAll(/`((?:RUN|LEASE|SHUTDOWN|EVENT_RETENTION|LOG|WEBHOOK)_[A-Z_]+)`/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(variables).toContain(name);
  const { strategy, defaultMinutes, sweepEveryMinutes } = DEFAULT_THREAD_TTL;
  const store = DEFAULT_STORE_SETTINGS;
  expect(tableUnder('Settings').map(([key, fallback]) => [plain(key), plain(fallback)])).toEqual([
    ['checkpointer.ttl.strategy', strategy],
    ['checkpointer.ttl.default_ttl', String(defaultMinutes ?? '–')],
    ['checkpointer.ttl.sweep_interval_minutes', String(sweepEveryMinutes)],
    ['store.ttl.default_ttl', String(store.defaultTtlMinutes ?? '–')],
    ['store.ttl.refresh_on_read', String(store.refreshOnRead)],
    ['store.ttl.sweep_interval_minutes', String(store.sweepEveryMinutes)],
  ]);
});
