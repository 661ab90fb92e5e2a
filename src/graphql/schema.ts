import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.js';
import './scalars.js';
import './runs/error-code.js';
import './server-info.js';
import './assistants/graph.js';
import './assistants/assistant.js';
import './assistants/assistant-queries.js';
import './assistants/assistant-mutations.js';
import './interrupts/interrupt-queries.js';
import './feeds/interrupt-subscriptions.js';
import './threads/thread.js';
import './threads/thread-queries.js';
import './threads/thread-mutations.js';
import './threads/thread-state-mutations.js';
import './events/thread-event-types.js';
import './feeds/thread-subscriptions.js';
import './runs/run.js';
import './events/run-event-types.js';
import './events/step-event-types.js';
import './events/trace-event-types.js';
import './runs/run-queries.js';
import './runs/run-mutations.js';
import './feeds/run-subscriptions.js';
import './crons/cron.js';
import './crons/cron-queries.js';
import './crons/cron-mutations.js';
import './store/store-item.js';
import './store/store-queries.js';
import './store/store-mutations.js';
import './feeds/store-subscriptions.js';

/** The schema that clients see; `npm run codegen` writes it to schema.graphql. */
export function makeSchema(): GraphQLSchema {
  return builder.toSchema();
}
