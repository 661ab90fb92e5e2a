import type { EnumRef } from '@pothos/core';
import { builder } from './builder.js';

export const OrderDirection = builder.enumType('OrderDirection', { values: ['ASC', 'DESC'] as const });

/** `<noun>OrderField` and `<noun>Order`: what a list may be sorted by. */
export function makeOrder<const Field extends string>(noun: string, fields: readonly Field[]) {
  const OrderField: EnumRef<(typeof builder)['$inferSchemaTypes'], Field> = builder.enumType(`${noun}OrderField`, { values: fields });
  return builder.inputType(`${noun}Order`, {
    fields: (t) => ({
      field: t.field({ type: OrderField, required: true }),
      direction: t.field({ type: OrderDirection, required: true, defaultValue: 'DESC' }),
    }),
  });
}
