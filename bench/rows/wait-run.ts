import { type Client, clientOf, withClients } from '../client.js';
import { ratePerSecond, rounds, timesMs } from '../crowd.js';
import { durationOf, rateOf, type Figure } from '../figure.js';
import { INPUTS, WORKS } from '../works.js';

const WAIT_RUN = /* GraphQL */ `
  mutation ($input: JSON) {
    waitRun(input: { assistantId: "test_agent", input: $input }) {
      done
      values
    }
  }
`;

/** A run of three nodes on a thread of its own, and its result. */
export async function waitForRun(client: Client): Promise<void> {
  const { waitRun } = await client.ask<{ waitRun: { done: boolean; values: { baz?: string } | null } }>(WAIT_RUN, {
    input: INPUTS.test_agent,
  });
  if (!waitRun.done || waitRun.values?.baz !== 'baz') throw new Error(`The run did not end as it should: ${JSON.stringify(waitRun)}`);
}

export async function measureWaiting(url: string): Promise<Figure[]> {
  return withClients(url, 16, async (clients) => {
    const wait = (caller: number) => waitForRun(clientOf(clients, caller));
    await ratePerSecond(16, 100, wait);
    await timesMs(20, () => wait(0));
    const one = durationOf(WORKS.waitOne, await timesMs(100, () => wait(0)));
    const many = rateOf(WORKS.waitMany, await rounds(3, () => ratePerSecond(16, 200, wait)));
    return [one, many];
  });
}
