import { printSchema } from 'graphql';
import { makeSchema } from './schema.js';

/** The schema as text, in alphabetical order: the snapshot in schema.graphql, and what `skein schema` prints. */
export function printSkeinSchema(): string {
  return `${printSchema(makeSchema())}\n`;
}
