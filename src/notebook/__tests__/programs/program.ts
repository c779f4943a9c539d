import * as fc from 'fast-check';

import { NAMES, SHOWN, STARTS, STATEMENTS } from './statements';

/** Which statement, with which of the names that fit, and whether a cell begins with it. */
export interface IChoice {
  readonly statement: number;
  readonly picks: readonly number[];
  readonly number: number;
  readonly cut: boolean;
  readonly show: boolean;
}

const nat = fc.nat({ max: 11 });

/** Random programs; a shorter one is a simpler one. */
export const choices: fc.Arbitrary<IChoice[]> = fc.array(
  fc.record({
    statement: fc.nat({ max: STATEMENTS.length - 1 }),
    picks: fc.tuple(nat, nat, nat, nat),
    number: fc.nat({ max: 5 }),
    cut: fc.boolean(),
    show: fc.boolean()
  }),
  { minLength: 2, maxLength: 14, size: 'max' }
);

const IMPORTS =
  'import collections, contextlib, copy, dataclasses, functools, heapq\n' +
  'import itertools, operator, random, types\n' +
  'import numpy as np\nimport pandas as pd';

/** The cells of a program. The last one shows every value, and in some which lists are one object. */
export function cellsOf(given: readonly IChoice[]): string[] {
  const writer = new Writer();
  const cells: string[][] = [[IMPORTS]];
  for (const choice of given) {
    if (choice.cut) {
      cells.push([]);
    }
    cells[cells.length - 1]?.push(...writer.statement(choice));
  }
  cells.push(writer.everything(given[0]?.show ?? false));
  return cells.filter(lines => lines.length > 0).map(lines => lines.join('\n'));
}

class Writer {
  /** A statement with its names filled in, after what it needs. */
  statement(choice: IChoice): string[] {
    const before: string[] = [];
    const text = STATEMENTS[choice.statement] ?? '';
    const line = this._filled(text, choice, before);
    if (line === null) {
      return before;
    }
    const shown = choice.show ? this._shown(line) : [];
    return [...before, line, ...shown];
  }

  everything(identity: boolean): string[] {
    const names = [...this._bound];
    const shown = names.flatMap(name => this._show(name));
    if (!identity) {
      return shown;
    }
    const lists = names
      .map(name => OBJECT[name.charAt(0).toUpperCase()]?.replace('_', name))
      .filter(text => text !== undefined);
    return [
      ...shown,
      `lists = [${lists.join(', ')}]`,
      'print([[a is b for b in lists] for a in lists])'
    ];
  }

  private _filled(text: string, choice: IChoice, before: string[]): string | null {
    const names = new Map<string, string>();
    const bound: string[] = [];
    const gone: string[] = [];
    let pick = 0;
    const chosen = (): number => choice.picks[pick++ % choice.picks.length] ?? 0;
    const needed = [...text.matchAll(/<([-=]?)([A-Z])(\d?)>/g)];
    for (const [token, sign, kind = ''] of needed) {
      if (names.has(token)) {
        continue;
      }
      if (sign === '=') {
        const name = `${kind.toLowerCase()}${1 + (chosen() % (NAMES[kind] ?? 1))}`;
        names.set(token, name);
        bound.push(name);
        continue;
      }
      const name = this._existing(kind, chosen(), before, choice);
      names.set(token, name);
      if (sign === '-') {
        gone.push(name);
      }
    }
    const line = text
      .replace(/<[-=]?[A-Z]\d?>/g, token => names.get(token) ?? token)
      .replace(/<n>/g, String(choice.number));
    const uses = needed
      .filter(([, sign]) => sign === '')
      .map(([token]) => names.get(token) ?? '');
    for (const name of bound) {
      this._bound.add(name);
      const needs = uses.filter(use => use !== name);
      this._needs.set(name, /^[pgochqw]/.test(name) ? needs : []);
    }
    gone.forEach(name => this._bound.delete(name));
    return line;
  }

  /** A name of a kind that is bound, and with it all that it needs when it is used. */
  private _existing(
    kind: string,
    pick: number,
    before: string[],
    choice: IChoice
  ): string {
    const fitting = [...this._bound]
      .filter(name => name.startsWith(kind.toLowerCase()) && this._usable(name))
      .sort();
    const found = fitting[pick % Math.max(fitting.length, 1)];
    if (found !== undefined) {
      return found;
    }
    const start = STARTS[kind] ?? '';
    const line = this._filled(start, { ...choice, picks: [0] }, before);
    before.push(line ?? '');
    return `${kind.toLowerCase()}1`;
  }

  private _usable(name: string, seen: string[] = []): boolean {
    return (
      this._bound.has(name) &&
      (this._needs.get(name) ?? []).every(
        other => seen.includes(other) || this._usable(other, [...seen, name])
      )
    );
  }

  private _shown(line: string): string[] {
    const name = [...this._bound].find(item => new RegExp(`\\b${item}\\b`).test(line));
    return name === undefined ? [] : this._show(name);
  }

  private _show(name: string): string[] {
    const kind = name.charAt(0).toUpperCase();
    const text = SHOWN[kind]?.replaceAll(`<${kind}1>`, name);
    return text === undefined ? [] : [`print("${name}", ${text})`];
  }

  private readonly _bound = new Set<string>();
  private readonly _needs = new Map<string, string[]>();
}

/** Where a list is found in a value of each kind. */
const OBJECT: Record<string, string> = {
  L: '_',
  M: '_[0]',
  D: '_["k"]',
  U: '_[0]',
  O: '_.v',
  C: '_.shared',
  W: '_'
};
