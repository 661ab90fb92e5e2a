import { startApp } from './app.js';
import type { Config } from './config.js';
import { findLanggraphJson } from './find-langgraph-json.js';
import { SECOND } from './ports/clock.js';
import { describeStart } from './start-print.js';

/** Which parts of the house this process runs. */
export interface Parts {
  readonly door: boolean;
  readonly executor: boolean;
}

/**
 * Runs the server until SIGTERM or SIGINT, then stops it gracefully and ends the process; a second signal ends it at once.
 * A signal that comes during the start is heeded when the start is over.
 */
export async function serve(config: Config, parts: Parts): Promise<void> {
  const signal = nextStopSignal();
  const langgraphJson = findLanggraphJson(config);
  const app = await startApp({ ...config, ...parts, langgraphJson: langgraphJson.path });
  // One graph's forgotten promise must not end everybody's runs.
  process.on('unhandledRejection', (error) => app.deps.telemetry.emit('promise.orphaned', { error }));
  process.stdout.write(describeStart(app, langgraphJson));
  await app.stop(await signal);
  // Graphs may have left timers or sockets behind that would keep the process alive.
  process.exit(0);
}

function nextStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let isStopping = false;
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (isStopping) process.exit(EXIT_CODES[signal]);
        stop(signal);
      });
    }
    whenShellIsGone(() => stop('SIGTERM'));

    function stop(signal: NodeJS.Signals): void {
      isStopping = true;
      resolve(signal);
    }
  });
}

/**
 * npm puts a shell between itself and this process; told to end, it ends the shell, which tells nobody. Without this, `npm start` would
 * leave a server behind that holds the port and the data folder.
 */
function whenShellIsGone(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    stop();
  }, SECOND);
  watch.unref();
}

/** 128 + the signal's number, as shells count. */
const EXIT_CODES = { SIGTERM: 143, SIGINT: 130 } as const;
