import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A TypeScript file of test/support run in a process of its own. */
export interface Child {
  readonly pid: number;
  /** Its standard output, line by line; ends when it has ended. */
  readonly lines: AsyncIterator<string>;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
}

export function startChild(file: string, ...parameters: readonly string[]): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...parameters], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  return {
    pid: child.pid ?? NaN,
    lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](),
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
