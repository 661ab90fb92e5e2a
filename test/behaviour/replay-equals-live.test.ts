import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeTelemetry } from '../../src/adapters/telemetry.js';
import { type App, startApp } from '../../src/app.js';
import { readConfig } from '../../src/config.js';
import { EVENT_KINDS, type EventFilter, type LogEvent, passesFilter } from '../../src/domain/event.js';
import { encodeEventId } from '../../src/domain/event-id.js';
import { DURABILITIES, STREAM_MODES } from '../../src/domain/stream-mode.js';
import { startExecutor } from '../../src/executor/executor.js';
import { startServer } from '../../src/graphql/door/server.js';
import { listEventsAfter } from '../../src/store/events/read-events.js';
import { ask, openSocket } from '../support/client.js';
import { openTestDatabase } from '../support/database.js';
import { ALL_EVENT_FIELDS, type AnyEvent, EVENT_FRAGMENTS } from '../support/event-fields.js';
import { type Gauge, gaugeSubscribers } from '../support/gauge.js';
import { plans } from '../support/mode-graphs/planned.js';
import { MODE_GRAPHS } from '../support/server.js';

const CREATE_RUN = 'mutation ($input: CreateRunInput!) { createRun(input: $input) { run { id } } }';
const ARGUMENTS = 'runId: $runId, after: $after, modes: $modes, subgraphs: $subgraphs';
const VARIABLES = '$runId: ID!, $after: ID, $modes: [StreamMode!], $subgraphs: Boolean';
const FOLLOW = `subscription (${VARIABLES}) { runEvents(${ARGUMENTS}) { ${ALL_EVENT_FIELDS} } } ${EVENT_FRAGMENTS}`;
const FOLLOW_BATCHES = `subscription (${VARIABLES}, $maxSize: Int) {
  runEventBatches(${ARGUMENTS}, maxSize: $maxSize) { ${ALL_EVENT_FIELDS} }
} ${EVENT_FRAGMENTS}`;
const PAGES = `query ($id: ID!, $first: Int, $after: String, $modes: [StreamMode!], $subgraphs: Boolean) { run(id: $id) {
  events(first: $first, after: $after, modes: $modes, subgraphs: $subgraphs) { nodes { ${ALL_EVENT_FIELDS} } pageInfo { hasNextPage endCursor } }
} } ${EVENT_FRAGMENTS}`;

const CONFIG = { ...readConfig({ PORT: '0', LOG_LEVEL: 'silent', SHUTDOWN_GRACE_SECONDS: '0' }), langgraphJson: MODE_GRAPHS };

let app: App;
let door: Awaited<ReturnType<typeof startServer>>;
let subscribers: Gauge;
let url: string;

beforeAll(async () => {
  app = await startApp({ ...CONFIG, door: false, executor: false }, { telemetry: makeTelemetry(), database: await openTestDatabase() });
  const gauged = gaugeSubscribers(app.deps.tails);
  subscribers = gauged.subscribers;
  door = await startServer({ ...app.deps, tails: gauged.tails }, CONFIG);
  url = `${door.url}/graphql`;
});
afterAll(async () => {
  await door.stop();
  await app.stop('the test is over');
});

const filters = fc.record({ modes: fc.option(fc.subarray([...STREAM_MODES])), subgraphs: fc.boolean() });
const runs = fc.record({
  plan: plans(),
  streamModes: fc.subarray([...STREAM_MODES]),
  streamSubgraphs: fc.boolean(),
  durability: fc.constantFrom(...DURABILITIES),
});
const readings = fc.record({
  filter: filters,
  maxSize: fc.integer({ min: 1, max: 100 }),
  place: fc.double({ min: 0, max: 1, noNaN: true }),
});

it(
  'whoever reads a run afterwards with a filter gets exactly what a subscriber with that filter got live',
  { timeout: 120_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(runs, readings, async ({ plan, ...run }, { filter, maxSize, place }) => {
        const input = { assistantId: 'planned', input: { messages: [] }, config: { configurable: { plan } }, onCompletion: 'KEEP', ...run };
        const { createRun } = await ask<{ createRun: { run: { id: string } } }>(url, CREATE_RUN, { input });
        const runId = createRun.run.id;

        const live = [follow(runId, filter), followBatches(runId, filter, { maxSize })];
        await subscribers.reached(live.length);
        const executor = await startExecutor(app.deps, CONFIG);
        const [one, batched] = (await Promise.all(live).finally(() => executor.stop())) as [AnyEvent[], AnyEvent[]];
        expect(batched).toEqual(one);

        const log = await listEventsAfter(app.deps.database.prisma, {
          log: { runId },
          seq: 0,
          kinds: EVENT_KINDS,
          rootOnly: false,
          limit: 10_000,
        });
        expect(one.map(keyOf)).toEqual(log.filter((event) => passesFilter(event, filter)).map(keyOfRow));
        expect(one.at(-1)).toMatchObject({ __typename: 'RunEndEvent', status: 'SUCCESS' });

        const cursor = log[Math.floor(place * (log.length - 1))]!;
        const rest = one.filter(({ seq }) => seq > cursor.seq);
        const after = encodeEventId(cursor);
        expect(await follow(runId, filter)).toEqual(one);
        expect(await follow(runId, filter, after)).toEqual(rest);
        expect(await followBatches(runId, filter, { maxSize, after })).toEqual(rest);
        expect(await readPages(runId, filter, { first: maxSize, after })).toEqual(rest);
      }),
      { numRuns: 15 },
    );
  },
);

const keyOf = ({ eventId, namespace, data }: AnyEvent): unknown => ({ eventId, namespace, data });
const keyOfRow = (event: LogEvent): unknown => ({ eventId: encodeEventId(event), namespace: event.namespace, data: event.data });

async function follow(runId: string, filter: EventFilter, after: string | null = null): Promise<AnyEvent[]> {
  const events = await subscribe<{ runEvents: AnyEvent }>(FOLLOW, { runId, after, ...filter });
  return events.map(({ runEvents }) => runEvents);
}

async function followBatches(
  runId: string,
  filter: EventFilter,
  { maxSize, after = null }: { maxSize: number; after?: string | null },
): Promise<AnyEvent[]> {
  const batches = await subscribe<{ runEventBatches: AnyEvent[] }>(FOLLOW_BATCHES, { runId, after, maxSize, ...filter });
  for (const { runEventBatches: batch } of batches) {
    expect(batch.length).toBeGreaterThan(0);
    expect(batch.length).toBeLessThanOrEqual(maxSize);
  }
  return batches.flatMap(({ runEventBatches }) => runEventBatches);
}

async function subscribe<Data extends Record<string, unknown>>(query: string, variables: Record<string, unknown>): Promise<Data[]> {
  const socket = openSocket(url);
  const items: Data[] = [];
  try {
    for await (const { data, errors } of socket.iterate<Data>({ query, variables })) {
      if (errors || !data) throw new Error(`The subscription failed: ${JSON.stringify(errors)}`);
      items.push(data);
    }
  } finally {
    await socket.dispose();
  }
  return items;
}

interface Page {
  readonly run: { readonly events: { readonly nodes: AnyEvent[]; readonly pageInfo: { hasNextPage: boolean; endCursor: string | null } } };
}

async function readPages(id: string, filter: EventFilter, { first, after }: { first: number; after: string }): Promise<AnyEvent[]> {
  const { run } = await ask<Page>(url, PAGES, { id, first, after, ...filter });
  const { nodes, pageInfo } = run.events;
  return pageInfo.hasNextPage ? [...nodes, ...(await readPages(id, filter, { first, after: pageInfo.endCursor! }))] : nodes;
}
