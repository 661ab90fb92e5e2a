import { builder } from './builder.js';

export const IfExists = builder.enumType('IfExists', { values: ['RAISE', 'DO_NOTHING'] as const });
