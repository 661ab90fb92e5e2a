import { fromJsonb, toJsonb } from './json.js';

/** A name for a `text` column, which can hold neither U+0000 nor half a surrogate pair either: escaped as json.ts escapes keys. */
export function toText(name: string): string {
  return JSON.parse(toJsonb(name)) as string;
}

/** Undoes {@link toText}. */
export function fromText(text: string): string {
  return fromJsonb(text) as string;
}
