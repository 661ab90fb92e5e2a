import { describe, expect, test } from 'vitest';
import { findPathFault, textsAt } from '../../src/domain/item-texts.js';

const VALUE = {
  text: 'hello',
  n: 1.5,
  yes: false,
  nothing: null,
  empty: ' ',
  a: { b: 'deep' },
  list: [{ x: 'one' }, { x: 'two' }, 'last'],
};

describe('the texts of an item', () => {
  test.each<[string[], string[]]>([
    [['text'], ['hello']],
    [
      ['n', 'yes'],
      ['1.5', 'false'],
    ],
    [['nothing', 'empty', 'missing', 'text.deeper', 'list.x'], []],
    [['a.b'], ['deep']],
    [['a'], ['{"b":"deep"}']],
    [['list[*].x'], ['one', 'two']],
    [['list[-1]', 'list[2]', 'list[9]'], ['last']],
    [['list[*]'], ['{"x":"one"}', '{"x":"two"}', 'last']],
    [['text', 'text'], ['hello']],
    [['$'], [JSON.stringify(VALUE)]],
    [['__proto__', 'constructor'], []],
    [[], []],
  ])('at %j are %j', (paths, expected) => {
    expect(textsAt(VALUE, paths)).toEqual(expected);
  });

  test.each(['', '.', 'a.', 'a..b', 'a[', 'a[x]', 'a[1.5]', '[', 7])('stand at no path like %j', (path) => {
    expect(findPathFault(path)).not.toBeNull();
  });
});
