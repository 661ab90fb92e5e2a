import { performance } from 'node:perf_hooks';
import { type Client, clientOf, withClients } from '../client.js';
import { ratePerSecond, rounds } from '../crowd.js';
import { rateOf, type Figure } from '../figure.js';
import { INPUTS, WORKS } from '../works.js';

const CREATE_RUN = /* GraphQL */ `
  mutation ($input: JSON) {
    createRun(input: { assistantId: "test_agent", input: $input }) {
      run {
        id
      }
    }
  }
`;

const JOIN_RUN = /* GraphQL */ `
  mutation ($id: ID!) {
    joinRun(id: $id) {
      done
      error {
        message
      }
    }
  }
`;

export async function measureBackgroundRuns(url: string): Promise<Figure[]> {
  return withClients(url, 16, async (clients) => {
    await createAndJoin(clients, 50);
    return [rateOf(WORKS.background, await rounds(3, () => createAndJoin(clients, 300)))];
  });
}

/** Queues all of them, then asks for each one's result. Gives runs per second from the first to the last. */
async function createAndJoin(clients: readonly Client[], runs: number): Promise<number> {
  const started = performance.now();
  const ids: string[] = [];
  await ratePerSecond(clients.length, runs, async (caller) => {
    const { createRun } = await clientOf(clients, caller).ask<{ createRun: { run: { id: string } } }>(CREATE_RUN, {
      input: INPUTS.test_agent,
    });
    ids.push(createRun.run.id);
  });
  const waiting = [...ids];
  await ratePerSecond(clients.length, runs, async (caller) => {
    const { joinRun } = await clientOf(clients, caller).ask<{ joinRun: { done: boolean; error: unknown } }>(JOIN_RUN, {
      id: waiting.pop(),
    });
    if (!joinRun.done || joinRun.error) throw new Error(`A run did not end as it should: ${JSON.stringify(joinRun)}`);
  });
  return ids.length / ((performance.now() - started) / 1_000);
}
