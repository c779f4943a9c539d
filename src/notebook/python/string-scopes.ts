import type { ICall } from './value';

const QUERIES = /^(query|eval|sql|sqldf)$/;
const FORMULA = /~/;
const WORD = /[A-Za-z_]\w*/g;

/**
 * Names that a call finds by looking into a string: `df.query('a > @limit')`, formulas of
 * statsmodels and patsy, SQL over data frames. They are read where the notebook binds them.
 */
export function namesInStrings(call: ICall): string[] {
  const name = call.method ?? (call.callee.t === 'name' ? call.callee.name : '');
  const found = new Set<string>();
  for (const { value } of call.args) {
    const text = value.t === 'const' ? value.text : null;
    if (text === null) {
      continue;
    }
    if (name === 'query' || name === 'eval') {
      (text.match(/@[A-Za-z_]\w*/g) ?? []).forEach(word => found.add(word.slice(1)));
    }
    if (QUERIES.test(name) || FORMULA.test(text)) {
      (text.match(WORD) ?? []).forEach(word => found.add(word));
    }
  }
  return [...found];
}
