import { createInterface } from 'node:readline';

/** What a person decides about a draft. */
export type Decision =
  { readonly action: 'approve' } | { readonly action: 'revise'; readonly feedback: string } | { readonly action: 'skip' };

/** Somebody, or something, that decides. */
export interface Person {
  /** Null: to leave. */
  decide(): Promise<Decision | null>;
  close(): void;
}

/** `approve`, `revise: what to change` or `skip`, or the beginnings of these words; null for anything else. */
export function parseDecision(text: string): Decision | null {
  const [, word = '', feedback = ''] = /^\s*(\w+)\s*:?\s*([^]*?)\s*$/.exec(text) ?? [];
  const action = ['approve', 'revise', 'skip'].find((name) => word !== '' && name.startsWith(word.toLowerCase()));
  if (action === 'revise') return feedback === '' ? null : { action, feedback };
  return (action === 'approve' || action === 'skip') && feedback === '' ? { action } : null;
}

/** One decision after the other; leaves after the last. */
export function makeListOfDecisions(texts: readonly string[]): Person {
  const left = [...texts];
  return {
    async decide() {
      const text = left.shift();
      if (text === undefined) return null;
      const decision = parseDecision(text);
      if (!decision) throw new Error(`"${text}" is no answer: write approve, revise:what to change, or skip.`);
      process.stdout.write(`> ${text}\n`);
      return decision;
    },
    close: () => undefined,
  };
}

/** Asks until the answer is one; leaves when the person quits or closes the terminal. */
export function openTerminal({ stdin, stdout }: { stdin: NodeJS.ReadableStream; stdout: NodeJS.WritableStream }): Person {
  const terminal = createInterface({ input: stdin, output: stdout, prompt: 'approve, revise: what to change, skip, quit > ' });
  // Keeps what is typed ahead, and ends when the terminal is closed.
  const lines = terminal[Symbol.asyncIterator]();
  return {
    async decide() {
      for (;;) {
        terminal.prompt();
        const line = await lines.next();
        if (line.done || /^\s*q(uit)?\s*$/i.test(line.value)) return null;
        const decision = parseDecision(line.value);
        if (decision) return decision;
      }
    },
    close: () => terminal.close(),
  };
}
