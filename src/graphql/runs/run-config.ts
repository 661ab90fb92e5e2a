import type { RunConfig } from '../../domain/run-config.js';
import { builder } from '../builder.js';

export const RunConfigType = builder.objectRef<RunConfig>('RunConfig').implement({
  fields: (t) => ({
    tags: t.exposeStringList('tags'),
    recursionLimit: t.exposeInt('recursionLimit', { nullable: true }),
    configurable: t.expose('configurable', { type: 'JSONObject' }),
  }),
});

export const RunConfigInput = builder.inputType('RunConfigInput', {
  fields: (t) => ({
    tags: t.stringList(),
    recursionLimit: t.int(),
    configurable: t.field({ type: 'JSONObject' }),
  }),
});
