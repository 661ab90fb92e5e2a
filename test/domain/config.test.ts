import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.js';
import { StartupError } from '../../src/domain/errors.js';

function faultsOf(env: Record<string, string>, overrides = {}): string {
  try {
    readConfig(env, overrides);
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

describe('configuration', () => {
  test('without any variable everything has its default', () => {
    expect(readConfig({})).toEqual({
      host: '127.0.0.1',
      port: 8123,
      databaseUrl: null,
      dataDir: resolve('.skein'),
      langgraphJson: null,
      graphiql: true,
      runSlots: 10,
      runTimeLimitMs: 3_600_000,
      leaseMs: 8_000,
      runMaxLost: 3,
      shutdownGraceMs: 10_000,
      eventRetentionMs: 7 * 24 * 3_600_000,
      webhookAllowPrivate: false,
      webhookSecret: null,
      logLevel: 'info',
      corsOrigins: [],
      bodyMaxBytes: 1_048_576,
    });
  });

  test('it cannot be changed afterwards', () => {
    expect(Object.isFrozen(readConfig({}))).toBe(true);
  });

  test('an override wins over its variable', () => {
    expect(readConfig({ PORT: '9000', HOST: '0.0.0.0' }, { port: '0' })).toMatchObject({ port: 0, host: '0.0.0.0' });
  });

  test('an empty variable counts as not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '' })).toEqual(readConfig({}));
  });

  test('all faults are reported together, each with its variable, its value and what is allowed', () => {
    const message = faultsOf({ PORT: '70000', RUN_SLOTS: '0', GRAPHIQL: 'maybe', LOG_LEVEL: 'loud', CORS_ORIGINS: 'a.example' });
    expect(message.split('\n').slice(1)).toEqual([
      '  - PORT is "70000"; it must be a whole number from 0 to 65535.',
      '  - GRAPHIQL is "maybe"; it must be true or false.',
      '  - RUN_SLOTS is "0"; it must be a whole number from 1 to 1000.',
      '  - LOG_LEVEL is "loud"; it must be one of fatal, error, warn, info, debug, trace, silent.',
      '  - CORS_ORIGINS is "a.example"; it must be origins such as https://app.example.com, separated by commas.',
    ]);
  });

  test('a fault on the command line is named by its option', () => {
    expect(faultsOf({}, { port: 'http' })).toContain('--port is "http"');
  });

  test('a database URL is never printed, because it may hold a password', () => {
    const message = faultsOf({ DATABASE_URL: 'mysql://root:secret@localhost/app' });
    expect(message).toContain('DATABASE_URL');
    expect(message).not.toContain('secret');
  });

  test('origins are read as browsers send them', () => {
    expect(readConfig({ CORS_ORIGINS: 'https://App.example.com/, http://localhost:3000' }).corsOrigins).toEqual([
      'https://app.example.com',
      'http://localhost:3000',
    ]);
  });

  test('only a whole number in range is a number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (text) => {
        const isAllowed = /^\s*\d+\s*$/.test(text) && Number(text) >= 0 && Number(text) <= 65_535;
        fc.pre(text !== '');
        if (isAllowed) expect(readConfig({ PORT: text }).port).toBe(Number(text));
        else expect(() => readConfig({ PORT: text })).toThrow(StartupError);
      }),
    );
  });
});
