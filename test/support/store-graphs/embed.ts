const DIMS = 64;

/** Batches that embedders were asked for, in order; shared through the process, since files are loaded anew. */
export const EMBEDDED_BATCHES = ((globalThis as { [key: symbol]: unknown })[Symbol.for('skein.test.embedded')] ??= []) as string[][];

/** Texts that share words are near each other. What contains FAIL cannot be embedded, what contains SHORT gets too short a vector. */
export function embed(texts: string[]): Promise<number[][]> {
  EMBEDDED_BATCHES.push(texts);
  if (texts.some((text) => text.includes('FAIL'))) return Promise.reject(new Error('no luck today'));
  return Promise.resolve(texts.map((text) => embedOne(text).slice(0, text.includes('SHORT') ? DIMS - 1 : DIMS)));
}

function embedOne(text: string): number[] {
  const vector = new Array<number>(DIMS).fill(0);
  for (const word of text.toLowerCase().match(/\w+/g) ?? []) {
    for (let place = 0; place < DIMS; place += 1) vector[place]! += Math.sin((place + 1) * hash(word));
  }
  return vector;
}

function hash(word: string): number {
  return [...word].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 10_007, 7);
}
