import { clientOf, withClients } from '../client.js';
import { rounds, ratePerSecond } from '../crowd.js';
import { rateOf, type Figure } from '../figure.js';
import { WORKS } from '../works.js';

const CREATE_THREAD = /* GraphQL */ `
  mutation ($metadata: JSONObject) {
    createThread(input: { metadata: $metadata }) {
      thread {
        id
      }
    }
  }
`;

export async function measureCreatingThreads(url: string): Promise<Figure[]> {
  return withClients(url, 16, async (clients) => {
    const create = (caller: number) => clientOf(clients, caller).ask(CREATE_THREAD, { metadata: { owner: 'bench' } });
    await ratePerSecond(16, 300, create);
    return [rateOf(WORKS.createThreads, await rounds(3, () => ratePerSecond(16, 1_000, create)))];
  });
}
