/**
 * A regular expression of PostgreSQL that matches `text` in upper and lower case, letter by letter, as Unicode has them. `lower()` and `ILIKE`
 * know no letter but those of ASCII in a database whose locale is `C`. Source: PostgreSQL's manual, "Regular Expression Details".
 */
export function anyCase(text: string): string {
  return Array.from(text, (character) => {
    const cases = new Set([character, character.toLowerCase(), character.toUpperCase()].filter(isOneCharacter));
    if (cases.size > 1) return `[${[...cases].join('')}]`;
    return /[\p{L}\p{N}_]/u.test(character) ? character : `\\${character}`;
  }).join('');
}

// 'ß' is 'SS' in upper case.
const isOneCharacter = (text: string): boolean => Array.from(text).length === 1;
