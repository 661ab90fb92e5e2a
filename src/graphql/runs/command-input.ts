import { builder } from '../builder.js';

const GotoInput = builder.inputType('GotoInput', {
  description: 'With `input`: a Send; without: a plain jump.',
  fields: (t) => ({ node: t.string({ required: true }), input: t.field({ type: 'JSON' }) }),
});

export const CommandInput = builder.inputType('CommandInput', {
  fields: (t) => ({
    resume: t.field({ type: 'JSON', description: 'Answer to an interrupt, or {interruptId: answer}.' }),
    update: t.field({ type: 'JSON', description: 'State update: object or [key, value] pairs.' }),
    goto: t.field({ type: [GotoInput] }),
  }),
});
