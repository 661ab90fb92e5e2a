import type { Json } from '../domain/json.js';

/** `Args` without `undefined`: what a client left out is absent, not undefined. */
export type Given<Args> = Args extends Json | Date
  ? Args
  : Args extends readonly (infer Item)[]
    ? Given<Item>[]
    : { [Key in keyof Args]: Given<Exclude<Args[Key], undefined>> };

/** The same arguments, typed as GraphQL delivers them: Pothos' types say that an absent key may also be there and undefined. */
export function given<Args>(args: Args): Given<Args> {
  return args as Given<Args>;
}
