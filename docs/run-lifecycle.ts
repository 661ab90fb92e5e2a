/** Writes docs/run-lifecycle.md from the tables that the code itself goes by; `npm run codegen` calls it. */
import { CANCEL_ACTIONS, type CancelAction } from '../src/domain/cancel-action.js';
import { MULTITASK_RULES, MULTITASK_STRATEGIES, type MultitaskStrategy } from '../src/domain/multitask.js';
import { isFinal, RUN_STATUSES, RUN_TRANSITIONS, type RunAction, type RunStatus } from '../src/domain/run.js';

interface Move {
  readonly from: RunStatus;
  readonly action: RunAction;
  readonly to: RunStatus;
}

const STATUSES: Record<RunStatus, string> = {
  PENDING: 'It waits: for its time (`afterSeconds`), for the runs before it on its thread, for a free slot, or for its next attempt.',
  RUNNING: 'An executor holds it, by a lease, and calls its graph. A thread has one at most.',
  SUCCESS: 'The graph has returned, and nothing waits.',
  ERROR: 'The graph has thrown, or the run was lost too often; `Run.error` tells what.',
  TIMEOUT: 'It ran past the time limit and was stopped.',
  INTERRUPTED: 'The graph has paused: an interrupt asks something, or a breakpoint was reached. A new run goes on from there.',
  CANCELLED: 'It was told to stop.',
};

const ACTIONS: Record<RunAction, { readonly who: string; readonly when: string }> = {
  claim: {
    who: 'An executor',
    when: 'It is due, its thread has no RUNNING run, and it is next in line: what was claimed before comes first, then the order of creation among due ones. `attempt` grows by one, and the lease begins.',
  },
  cancel: {
    who: '`cancelRun`, `cancelRuns`, or a new run with INTERRUPT or ROLLBACK',
    when: 'At once. With ROLLBACK, what an earlier attempt had done is undone.',
  },
  succeed: { who: 'Its executor', when: 'The graph returned, and nothing waits in its state.' },
  pause: { who: 'Its executor', when: 'The graph stopped at an interrupt, or before or after a node that it was to stop at.' },
  fail: {
    who: 'Its executor; any process',
    when: 'The graph threw, or went past its recursion limit; the answer that it brings answers nothing any more; or its lease was lost more than `RUN_MAX_LOST` times.',
  },
  expire: { who: 'Its executor', when: 'It ran past `RUN_TIME_LIMIT_SECONDS`; the graph was told to stop, and its call has ended.' },
  stop: {
    who: 'Its executor; any process, when its lease has expired',
    when: 'It had been told to stop, and its graph call has ended: however that ended.',
  },
  lose: {
    who: 'Any process',
    when: 'Its lease has expired: the process that held it is gone, or stood still. Counts towards `RUN_MAX_LOST`.',
  },
  handBack: { who: 'Its executor', when: 'The process is told to stop, and the run has not ended within `SHUTDOWN_GRACE_SECONDS`.' },
};

const CANCELS: Record<CancelAction, { readonly keeps: string; readonly thread: string; readonly after: string }> = {
  INTERRUPT: {
    keeps: 'Its completed steps, and what finished tasks of the step under way have written.',
    thread: 'INTERRUPTED when nodes or questions wait in the state that it left, else IDLE.',
    after: 'It stays in every list. A run with `input: null` goes on from where it was stopped.',
  },
  ROLLBACK: {
    keeps: 'Nothing: its checkpoints and writes are deleted, and what it had answered waits again.',
    thread: 'What it was before the run: values, `next`, tasks, interrupts and status.',
    after: 'It leaves every query at once. Its log, which ends like any other, can be followed and joined for 60 s; then it is deleted.',
  },
};

const OTHERS: Record<CancelAction | 'none', { readonly running: string; readonly pending: string }> = {
  none: { running: 'goes on', pending: 'go on' },
  INTERRUPT: { running: 'is told to stop; its completed steps stay', pending: 'are CANCELLED' },
  ROLLBACK: { running: 'is told to stop, and undone', pending: 'are CANCELLED, and leave every query' },
};

export function printRunLifecycle(): string {
  return `<!-- Written by docs/run-lifecycle.ts from src/domain/run.ts and src/domain/multitask.ts: change those, then \`npm run codegen\`. -->

# The life of a run

Nobody but the moves below changes the status of a run, and the database's own guards repeat them.

\`\`\`mermaid
stateDiagram-v2
  [*] --> PENDING: create
${listMoves()
  .map(({ from, action, to }) => `  ${from} --> ${to}: ${action}`)
  .join('\n')}
${RUN_STATUSES.filter(isFinal)
  .map((status) => `  ${status} --> [*]`)
  .join('\n')}
\`\`\`

${toTable(
  ['status', 'final', 'what it means'],
  RUN_STATUSES.map((status) => [status, isFinal(status) ? 'yes' : 'no', STATUSES[status]]),
)}

## Moves

${toTable(
  ['from', 'on', 'to', 'who', 'when'],
  [
    ['–', 'create', 'PENDING', '`createRun`, `createRuns`, `waitRun`, a cron', 'Its thread takes it: see double texting.'],
    ...listMoves().map(({ from, action, to }) => [from, action, to, ACTIONS[action].who, ACTIONS[action].when]),
  ],
)}

Every move is one transaction with the row of the log that tells it. The one that ends a run also writes its output or error, its last event
(\`RunEndEvent\`), the thread's status, values and interrupts, and the webhook call that is owed. Two processes that make a move of one run at
the same time quote its fence, the run's id and attempt: one of them finds that it no longer holds, and changes nothing.

A thread is BUSY while one of its runs is not final. After that it is ERROR when the run that left its state ended in ERROR or TIMEOUT,
INTERRUPTED when interrupts or breakpoints wait in the state, else IDLE.

## Attempts

A run that is lost or handed back is claimed again. When it has taken a checkpoint it goes on from there; else it starts again from its own
input, and what it had written until then is removed. So a node may run more than once, but what it changes in the thread counts once. The
\`RunMetadataEvent\` of each further attempt says which events before it still stand (\`resumesAfter\`).

A run that brings an answer (\`command.resume\`) is checked when it is created, unless an active run may still change what waits, and when it
begins. One that would answer nothing then, or another interrupt than those that waited when it was given, ends in ERROR, and no node is run.

## Double texting

What a new run does when its thread has a run that is not final. It is decided in the transaction that creates it, under the thread's lock.

${toTable(
  ['strategy', 'the new run', 'the running one', 'those that wait'],
  MULTITASK_STRATEGIES.map((strategy) => [strategy, newRunOf(strategy), ...othersOf(strategy)]),
)}

The new run begins only when the old one's graph call has ended and its last write is settled. A node that ignores its signal goes on in the air
then: nobody takes what it returns.

## Cancelling

${toTable(
  ['action', 'what stays of the run', 'its thread', 'afterwards'],
  CANCEL_ACTIONS.map((action) => [action, CANCELS[action].keeps, CANCELS[action].thread, CANCELS[action].after]),
)}

A PENDING run is CANCELLED at once. Of a RUNNING one only the wish is written (\`cancelRequestedAt\`): it reaches nodes, models and tools
through their \`AbortSignal\`, and the run is CANCELLED when its graph call has ended, so its thread is never free while it can still write.
A process that dies between the two changes nothing of that: whoever finds the run settles it as it was told to. Told twice, ROLLBACK wins.
`;
}

function listMoves(): Move[] {
  return RUN_STATUSES.flatMap((from) =>
    (Object.entries(RUN_TRANSITIONS[from]) as [RunAction, RunStatus][]).map(([action, to]) => ({ from, action, to })),
  );
}

function newRunOf(strategy: MultitaskStrategy): string {
  const { isTaken, stopsOthers } = MULTITASK_RULES[strategy];
  if (!isTaken) return 'is refused: THREAD_BUSY, with `activeRunId`';
  return stopsOthers === null ? 'is PENDING, after all that are due before it' : 'is PENDING, next in line';
}

function othersOf(strategy: MultitaskStrategy): [string, string] {
  const { running, pending } = OTHERS[MULTITASK_RULES[strategy].stopsOthers ?? 'none'];
  return [running, pending];
}

function toTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
