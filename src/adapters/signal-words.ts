import type { ItemPlace } from '../domain/store-item.js';
import type { Change, Topic } from '../ports/signals.js';

/** A signal as it travels between processes: text without spaces. */
export type SignalWord = Topic | `changed:${string}` | typeof ANYTHING;

/** Stands for every signal there is: some were given up. */
export const ANYTHING = '*';
/** Words that wait to be sent, about 1 MB; when there are more, all are given up for {@link ANYTHING}. */
const WAITING_WORDS_MAX = 10_000;
/** PostgreSQL takes payloads of less than 8,000 bytes. */
const MESSAGE_MAX_BYTES = 7_900;

export function changeWord(change: Change): SignalWord {
  return `changed:${encode(change.tenantId)}/${change.noun}/${change.id}${factsOf(change)}`;
}

function factsOf(change: Change): string {
  switch (change.noun) {
    case 'thread':
      return '';
    case 'run':
      return `/${change.threadId}`;
    case 'storeItem':
      return `/${encode(JSON.stringify({ namespace: change.namespace, key: change.key } satisfies ItemPlace))}`;
  }
}

/** The change that a word tells of; null when it is another word. */
export function changeIn(word: string): Change | null {
  const [, tenant, noun, id, facts = ''] = /^changed:([\w-]*)\/(\w+)\/([^/]+)(?:\/(.+))?$/.exec(word) ?? [];
  if (tenant === undefined || id === undefined) return null;
  const tenantId = decode(tenant);
  switch (noun) {
    case 'thread':
      return { tenantId, noun, id, threadId: id };
    case 'run':
      return { tenantId, noun, id, threadId: facts };
    case 'storeItem':
      return { tenantId, noun, id, ...(JSON.parse(decode(facts)) as ItemPlace) };
    default:
      return null;
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function decode(text: string): string {
  return Buffer.from(text, 'base64url').toString();
}

/** What waits to be sent, each word once. */
export interface WaitingWords {
  add(word: SignalWord): void;
  /** The longest message that begins with `sender` and fits, taken out; null when nothing waits. Words are ASCII: a character is a byte. */
  takeMessage(sender: string): string | null;
  /** Puts a message's words back: it was not sent. */
  putBack(message: string): void;
}

export function makeWaitingWords(): WaitingWords {
  const waiting = new Set<string>();

  function add(word: string): void {
    const isTooMuch = waiting.size >= WAITING_WORDS_MAX || word.length > MESSAGE_MAX_BYTES / 2;
    if (isTooMuch) waiting.clear();
    waiting.add(isTooMuch ? ANYTHING : word);
  }

  return {
    add,
    takeMessage(sender) {
      if (waiting.size === 0) return null;
      let message = sender;
      for (const word of waiting) {
        if (message.length + 1 + word.length > MESSAGE_MAX_BYTES) break;
        message += ` ${word}`;
        waiting.delete(word);
      }
      return message;
    },
    putBack: (message) => message.split(' ').slice(1).forEach(add),
  };
}
