import { describe, expect, test } from 'vitest';
import { logTelemetry, makeLogger } from '../../src/adapters/pino-log.js';
import { makeReadableLog } from '../../src/adapters/readable-log.js';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import { waitForEvent } from '../support/telemetry.js';

const claimed = { runId: 'r', threadId: 't', attempt: 1 };

describe('telemetry', () => {
  test('every subscriber hears every event until it leaves', () => {
    const telemetry = makeTelemetry();
    const heard: string[] = [];
    const leave = telemetry.subscribe((name) => heard.push(name));
    telemetry.emit('run.claimed', claimed);
    leave();
    telemetry.emit('run.claimed', claimed);
    expect(heard).toEqual(['run.claimed']);
  });

  test('a subscriber that throws hurts neither the emitter nor the others, and is reported', async () => {
    const telemetry = makeTelemetry();
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const heard: string[] = [];
    telemetry.subscribe(() => {
      throw new Error('broken subscriber');
    });
    telemetry.subscribe((name) => heard.push(name));
    telemetry.emit('run.claimed', claimed);
    expect(heard).toEqual(['run.claimed']);
    expect((await warned).message).toMatch(/run\.claimed.*broken subscriber/);
  });

  test('a test can wait for one event among others', async () => {
    const telemetry = makeTelemetry();
    const second = waitForEvent(telemetry, 'run.claimed', ({ attempt }) => attempt === 2);
    telemetry.emit('run.claimed', claimed);
    telemetry.emit('run.claimed', { ...claimed, attempt: 2 });
    await expect(second).resolves.toMatchObject({ attempt: 2 });
  });
});

describe('the log', () => {
  function logLines(emit: (telemetry: ReturnType<typeof makeTelemetry>) => void, level: 'info' | 'debug' = 'info'): string[] {
    const lines: string[] = [];
    const telemetry = makeTelemetry();
    logTelemetry(telemetry, makeLogger(level, { write: (line) => void lines.push(line) }));
    emit(telemetry);
    return lines;
  }

  test('has one JSON line for each event, named and with its facts', () => {
    const [line] = logLines((telemetry) => telemetry.emit('run.claimed', claimed), 'debug');
    expect(JSON.parse(line ?? '')).toMatchObject({ level: 'debug', msg: 'run.claimed', ...claimed });
  });

  test('leaves out what its level does not want', () => {
    expect(logLines((telemetry) => telemetry.emit('run.claimed', claimed))).toEqual([]);
  });

  test('warns of a run that failed, not of one that succeeded', () => {
    const lines = logLines((telemetry) => {
      telemetry.emit('run.settled', { ...claimed, status: 'ERROR' });
      telemetry.emit('run.settled', { ...claimed, status: 'SUCCESS' });
    });
    expect(lines.map((line) => (JSON.parse(line) as { level: string }).level)).toEqual(['warn', 'info']);
  });

  test('keeps the stack and the cause of an error', () => {
    const [line] = logLines((telemetry) => {
      telemetry.emit('request.failed', { errorId: 'e1', error: new Error('outer', { cause: new Error('inner') }) });
    });
    const { error } = JSON.parse(line ?? '') as { error: { stack: string; cause: { message: string } } };
    expect(error.stack).toContain('telemetry.test.ts');
    expect(error.cause.message).toBe('inner');
  });

  test('takes whatever was thrown, even when it is no error', () => {
    const [line] = logLines((telemetry) => telemetry.emit('loop.failed', { loop: 'claim', error: 'only text' }));
    expect(JSON.parse(line ?? '')).toMatchObject({ error: 'only text' });
  });

  test('is readable in a terminal: time, level, name, facts, stack', () => {
    let text = '';
    const telemetry = makeTelemetry();
    logTelemetry(telemetry, makeLogger('info', makeReadableLog({ write: (part) => void (text += part) })));
    telemetry.emit('run.lost', { runId: 'r', lostCount: 1, ended: false });
    telemetry.emit('loop.failed', { loop: 'claim', error: new Error('no database') });
    expect(text).toMatch(
      /^\d\d:\d\d:\d\d\.\d{3} WARN {2}run\.lost runId=r lostCount=1 ended=false\n.* ERROR loop\.failed loop=claim\nError: no database\n {4}at /,
    );
  });
});
