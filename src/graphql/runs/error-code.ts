import { ERROR_CODES } from '../../domain/errors.js';
import type { RunError } from '../../domain/run.js';
import { builder } from '../builder.js';

builder.enumType('ErrorCode', {
  description: 'Every value `errors[].extensions.code` can take. In the schema so that codegen yields it.',
  values: ERROR_CODES,
});

export const RunErrorType = builder.objectRef<RunError>('RunError').implement({
  fields: (t) => ({ name: t.exposeString('name'), message: t.exposeString('message') }),
});
