/** The rows of the table. Those that the graph alone can do as well have the same name in both. */
export const WORKS = {
  createThreads: 'create 1,000 threads, 16 clients',
  waitOne: 'wait for a three-node run, one client, p50',
  waitMany: 'the same, 16 clients',
  background: '300 background runs created and joined, 16 clients',
  firstEvent: 'chat run of 200 tokens: first event, p50',
  firstToken: 'the same: first token, p50',
  allEvents: 'the same: all events, p50',
  manyChats: '50 such chats at once: events delivered',
  eventAge: "meanwhile, event written → in the client's hand, p99",
} as const;

/** What the graphs are started with, by the server and alone. */
export const INPUTS = {
  test_agent: { bar: 'checked' },
  chat: { messages: [{ role: 'user', content: 'Tell me something.' }] },
} as const;
