import type { Cron } from '../domain/cron.js';
import type { Run } from '../domain/run.js';
import type { StoreItem } from '../domain/store-item.js';
import type { Thread } from '../domain/thread.js';
import { builder } from './builder.js';

// Threads, runs, interrupts and events refer to each other; these names break the circle of imports.

export const ThreadType = builder.objectRef<Thread>('Thread');
export const RunType = builder.objectRef<Run>('Run');
export const CronType = builder.objectRef<Cron>('Cron');
export const StoreItemType = builder.objectRef<StoreItem>('StoreItem');
