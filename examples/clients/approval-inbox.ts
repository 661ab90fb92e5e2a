/**
 * An approval inbox in the terminal: messages that `human_review` has drafted wait for somebody who approves them or says what to change.
 *
 *   node --import tsx examples/clients/approval-inbox.ts                                        # asks for each
 *   node --import tsx examples/clients/approval-inbox.ts --answers approve,revise:shorter,approve,skip
 *
 * Uses the server that `--url` or SKEIN_URL names (default http://127.0.0.1:8123/graphql); where none runs, it starts one for itself, with
 * its data in a temporary folder. Without a terminal and without `--answers` it shows what waits and leaves it.
 */
import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { ReviewQuestion } from '../graphs/human-review.js';
import { type Decision, makeListOfDecisions, openTerminal } from './decisions.js';
import type { JoinReviewMutation, ReadInboxQuery } from './generated/graphql.js';
import { answerInterrupt, joinReview, openReview, readInbox, startReview } from './operations.js';
import { must, Refused, request } from './request.js';
import { openServer } from './temporary-server.js';

/** What waits, as the inbox lists it. */
export type InboxItem = ReadInboxQuery['interrupts']['edges'][number]['node'];

/** What the person decides about one item; null: to leave the inbox. */
export type Decide = (item: InboxItem) => Promise<Decision | null>;

/** What became of the answers that were given, in order. */
export interface Outcome {
  readonly threadId: string;
  readonly action: Decision['action'];
  readonly threadStatus: string;
  readonly sent: string | null;
}

const REQUESTS = [
  { title: 'Release date', for: 'the team', content: 'Tell the team that the release moves to Friday.' },
  {
    title: 'Invoice 1042',
    for: 'a customer',
    content: 'Tell the customer that the invoice of October is corrected and will come again by mail.',
  },
  { title: 'Lunch', for: 'everybody', content: 'Inform everybody that lunch is at noon today.' },
];

export async function main({ url, decide }: { url: string; decide: Decide }): Promise<Outcome[]> {
  await Promise.all(REQUESTS.map((given) => draft(url, given)));
  const outcomes: Outcome[] = [];
  let passed: string | null = null;
  for (;;) {
    const next = await readNext(url, passed);
    if (!next) break;
    show(next.item);
    const decision = await decide(next.item);
    if (!decision) break;
    const outcome = decision.action === 'skip' ? null : await answer(url, next.item, decision);
    if (outcome) outcomes.push(outcome);
    else passed = next.cursor;
  }
  print(`\n${outcomes.length} answered.`);
  return outcomes;
}

/** Puts one request on a thread of its own, and waits until its draft is there. */
async function draft(url: string, { content, ...metadata }: (typeof REQUESTS)[number]): Promise<void> {
  const threadId = must((await request(url, openReview, { metadata })).createThread).thread.id;
  const input = { messages: [{ role: 'user', content }] };
  const { id } = must((await request(url, startReview, { threadId, input })).createRun).run;
  const { run, error } = await join(url, id);
  if (run.status !== 'INTERRUPTED') throw new Error(`Run ${id} ended with ${run.status} instead of asking. ${error?.message ?? ''}`);
}

/**
 * The oldest item after those that were passed over. Read anew after each answer: other people answer too, and an answer may lead to
 * another question, which is younger than all there were.
 */
async function readNext(url: string, after: string | null): Promise<{ readonly item: InboxItem; readonly cursor: string } | null> {
  const { interrupts } = await request(url, readInbox, { after });
  print(`\nInbox: ${interrupts.totalCount} waiting`);
  const [edge] = interrupts.edges;
  return edge ? { item: edge.node, cursor: edge.cursor } : null;
}

/** Answers, and shows what the run made of it; null when somebody else was faster. */
async function answer(url: string, item: InboxItem, decision: Exclude<Decision, { action: 'skip' }>): Promise<Outcome | null> {
  const runId = randomUUID();
  const threadId = item.thread.id;
  try {
    await request(url, answerInterrupt, { runId, threadId, answer: { [item.interruptId]: decision } });
  } catch (error) {
    // The thread is busy with another answer, or that one has been given since the inbox was read.
    if (!(error instanceof Refused)) throw error;
    print(`Not accepted: ${error.message}`);
    return null;
  }
  const { run, error } = await join(url, runId);
  const { status: threadStatus, sent } = must(run.thread);
  const text = typeof sent === 'string' ? sent : null;
  print(error ? `Failed: ${error.message}` : text === null ? 'Drafted anew.' : `Sent:\n${indent(text)}`);
  return { threadId, action: decision.action, threadStatus, sent: text };
}

/** A run's end, however long it takes. */
async function join(url: string, runId: string): Promise<NonNullable<JoinReviewMutation['joinRun']>> {
  for (;;) {
    const result = must((await request(url, joinReview, { runId })).joinRun);
    if (result.done) return result;
  }
}

function show({ value, thread }: InboxItem): void {
  const { question, draft: text, fault } = value as ReviewQuestion;
  print(`\n${String(thread.metadata['title'])}, for ${String(thread.metadata['for'])} (thread ${thread.id})`);
  print(indent(text));
  if (fault) print(`The answer before could not be used: ${fault}`);
  print(question);
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { url: { type: 'string' }, answers: { type: 'string' } } });
  const server =
    values.url === undefined
      ? await openServer(process.env['SKEIN_URL'] ?? 'http://127.0.0.1:8123/graphql')
      : { url: values.url, stop: async () => {} };
  const isAsked = values.answers === undefined && process.stdin.isTTY;
  const person = isAsked ? openTerminal(process) : makeListOfDecisions(values.answers?.split(',') ?? []);
  try {
    await main({ url: server.url, decide: person.decide });
  } finally {
    person.close();
    await server.stop();
  }
}
