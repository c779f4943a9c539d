import { valueText } from '../../elements/format';
import { parseParameter } from '../parameter-text';

describe('what a user types for a parameter', () => {
  it.each([
    ['80', 'int', 80],
    ['-3', 'int', -3],
    ['0.5', 'float', 0.5],
    ['80', 'float', 80],
    ['true', 'bool', true],
    ['True', 'bool', true],
    ['["Jan", "Feb"]', 'list', ['Jan', 'Feb']],
    ["['Jan', 'it\\'s']", 'list', ['Jan', "it's"]],
    ["{'a': None}", 'dict', { a: null }],
    ['["True"]', 'list', ['True']],
    ['data/rides.csv', 'str', 'data/rides.csv'],
    ['80', 'str', '80'],
    ['', 'str', ''],
    ['plain words', 'any', 'plain words'],
    ['plain words', 'none', 'plain words'],
    ['None', 'none', null]
  ] as const)('%s as %s', (text, type, value) => {
    expect(parseParameter(text, type)).toEqual({ ok: true, value });
  });

  it.each([
    ['0.5', 'int'],
    ['many', 'int'],
    ['"a"', 'float'],
    ['1', 'bool'],
    ['{"a": 1}', 'list'],
    ['[1', 'list'],
    ['[1]', 'dict'],
    ['__import__("os")', 'dict']
  ] as const)('refuses %s as %s', (text, type) => {
    expect(parseParameter(text, type)).toEqual({ ok: false, expected: type });
  });

  it('gives back what it shows', () => {
    for (const [value, type] of [
      [['Jan', 'Feb'], 'list'],
      ['a b', 'str'],
      [5, 'int'],
      [{ a: [1, true, null] }, 'dict'],
      [false, 'bool'],
      [null, 'none']
    ] as const) {
      expect(parseParameter(valueText(value), type)).toEqual({ ok: true, value });
    }
  });
});
