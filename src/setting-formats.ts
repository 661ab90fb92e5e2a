import { resolve } from 'node:path';

/** How one setting is written. `parse` gives undefined for what is not `allowed`; a `secret` value is never printed. */
export interface Format<Value> {
  readonly allowed: string;
  readonly secret?: boolean;
  parse(given: string): Value | undefined;
}

/** A whole number of units, `unit` times as large in the machine's own (milliseconds, say). */
export function wholeNumber(min: number, max: number, unit = 1): Format<number> {
  return {
    allowed: `a whole number from ${min} to ${max}`,
    parse: (given) => {
      const value = /^\d{1,12}$/.test(given.trim()) ? Number(given) : NaN;
      return value >= min && value <= max ? value * unit : undefined;
    },
  };
}

/** Any text but blanks. */
export function text(allowed: string): Format<string> {
  return { allowed, parse: (given) => given.trim() || undefined };
}

/** One of a few words, in any case. */
export function oneOf<Word extends string>(words: readonly Word[]): Format<Word> {
  return { allowed: `one of ${words.join(', ')}`, parse: (given) => words.find((word) => word === given.trim().toLowerCase()) };
}

export const trueOrFalse: Format<boolean> = {
  allowed: 'true or false',
  parse: (given) => ({ true: true, '1': true, false: false, '0': false })[given.trim().toLowerCase()],
};

/** A folder, made absolute by the working directory. */
export const directory: Format<string> = {
  allowed: 'the path of a folder',
  parse: (given) => (given.trim() ? resolve(given.trim()) : undefined),
};

export const postgresUrl: Format<string> = {
  allowed: 'a URL such as postgresql://user:password@localhost:5432/skein',
  secret: true,
  parse: (given) => (URL.canParse(given.trim()) && /^postgres(ql)?:\/\//i.test(given.trim()) ? given.trim() : undefined),
};

/** Something that nobody else may know. */
export const secret: Format<string> = {
  allowed: 'a text of at least 16 characters',
  secret: true,
  parse: (given) => (given.length >= 16 ? given : undefined),
};

/** `https://a.example, http://localhost:3000`: as browsers send them, without a path. */
export const origins: Format<readonly string[]> = {
  allowed: 'origins such as https://app.example.com, separated by commas',
  parse: (given) => {
    const list = given
      .split(',')
      .map((origin) => origin.trim().replace(/\/$/, ''))
      .filter(Boolean);
    return list.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin.toLowerCase())
      ? list.map((origin) => origin.toLowerCase())
      : undefined;
  },
};
