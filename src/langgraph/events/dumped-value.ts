import type { SerializerProtocol } from '@langchain/langgraph-checkpoint';

/**
 * A value as its serialiser wrote it, and so as it was at that moment: a reducer may go on with the very object. Our checkpointer stores
 * it as it is; one that writes JSON of its own finds in it what the value itself would have given.
 */
export class DumpedValue {
  constructor(
    readonly type: string,
    readonly bytes: Uint8Array,
  ) {}

  toJSON(): unknown {
    if (this.type !== 'json') throw new Error(`A value of type ${this.type} is no JSON.`);
    return JSON.parse(new TextDecoder().decode(this.bytes)) as unknown;
  }
}

export async function dumpValue(serde: SerializerProtocol, value: unknown): Promise<DumpedValue> {
  if (value instanceof DumpedValue) return value;
  const [type, bytes] = await serde.dumpsTyped(value);
  return new DumpedValue(type, bytes);
}

/** A copy of its own each time. */
export async function loadValue<Value>(serde: SerializerProtocol, { type, bytes }: DumpedValue): Promise<Value> {
  return (await serde.loadsTyped(type, bytes)) as Value;
}
