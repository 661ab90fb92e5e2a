import { randomBytes } from 'node:crypto';

/** Numbers the versions of channels: "0000000012.9f8e7d6c5b4a" comes after "0000000011.…", compared as text. */
export interface ChannelVersions {
  next(current: string | number | undefined): string | number;
  /** To be called when a step is over. */
  endStep(): void;
}

const DIGITS = 10;

/**
 * Versions that count up as LangGraph's own do, with a random tail that changes from step to step. Without it two branches of one thread would
 * give the same version to different values, and of the two only one would be stored. Within a step equal versions get equal successors:
 * LangGraph tells from that whether two nodes wrote in the same step. A thread that has numbers keeps them.
 */
export function makeChannelVersions(): ChannelVersions {
  let tail = newTail();
  return {
    next: (current) => {
      if (typeof current === 'number') return current + 1;
      const count = current === undefined ? 1 : Number.parseInt(current, 10) + 1;
      return `${String(count).padStart(DIGITS, '0')}.${tail}`;
    },
    endStep: () => {
      tail = newTail();
    },
  };
}

/** Gives each version one that comes after it and before all its successors; equal ones get equal ones. */
export function makeVersionRevision(): (version: string | number | undefined) => string | number {
  const tail = newTail();
  return (version = '0'.repeat(DIGITS)) =>
    typeof version === 'number' ? version + Number.parseInt(tail, 16) / 2 ** 48 : `${version}.${tail}`;
}

function newTail(): string {
  return randomBytes(6).toString('hex');
}
