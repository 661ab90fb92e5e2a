export const STREAM_MODES = [
  'VALUES',
  'UPDATES',
  'MESSAGES',
  'MESSAGES_TUPLE',
  'TASKS',
  'CHECKPOINTS',
  'DEBUG',
  'CUSTOM',
  'EVENTS',
  'TOOLS',
] as const;
/** What a run streams, in the contract's spelling; LangGraph's own words are the lower-case ones. */
export type StreamMode = (typeof STREAM_MODES)[number];

export const DURABILITIES = ['SYNC', 'ASYNC', 'EXIT'] as const;
/** When checkpoints reach the disk: before the next step, beside it, or only at the end. */
export type Durability = (typeof DURABILITIES)[number];
