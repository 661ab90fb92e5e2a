import type { GraphQLSchema } from 'graphql';
import { builder } from './builder.js';
import './scalars.js';
import './error-code.js';
import './server-info.js';
import './graph.js';
import './assistant.js';
import './assistant-queries.js';
import './assistant-mutations.js';
import './interrupt-queries.js';
import './interrupt-subscriptions.js';
import './thread.js';
import './thread-queries.js';
import './thread-mutations.js';
import './thread-state-mutations.js';
import './thread-event-types.js';
import './thread-subscriptions.js';
import './run.js';
import './run-event-types.js';
import './step-event-types.js';
import './trace-event-types.js';
import './run-queries.js';
import './run-mutations.js';
import './run-subscriptions.js';
import './cron.js';
import './cron-queries.js';
import './cron-mutations.js';
import './store-item.js';
import './store-queries.js';
import './store-mutations.js';
import './store-subscriptions.js';

/** The schema that clients see; `npm run codegen` writes it to schema.graphql. */
export function makeSchema(): GraphQLSchema {
  return builder.toSchema();
}
