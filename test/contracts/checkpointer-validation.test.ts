import { deltaChannelHistoryTests, validate } from '@langchain/langgraph-checkpoint-validation';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database/database.js';
import { openTestDatabase } from '../support/database.js';
import { ThreadlessCheckpointer } from '../support/threadless-checkpointer.js';

// The suite is written for global test functions.
Object.assign(globalThis, { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it });

describe("LangGraph's own suite", () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(async () => {
    await database.close();
  });

  const initializer = {
    checkpointerName: 'skein',
    createCheckpointer: () => new ThreadlessCheckpointer(database),
    destroyCheckpointer: async () => {
      await database.prisma.thread.deleteMany();
    },
  };
  validate(initializer);
  deltaChannelHistoryTests(initializer);
});
