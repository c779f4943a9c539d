import type { Parameter } from '../../contract/pipeline';

/** What a user typed for a parameter: its value, or why it is none. */
export type ParsedParameter =
  { ok: true; value: unknown } | { ok: false; expected: Parameter['type'] };

/** Reads a field: text as it is, everything else as JSON or as the same literal in Python. */
export function parseParameter(text: string, type: Parameter['type']): ParsedParameter {
  if (type === 'str') {
    return { ok: true, value: text };
  }
  const literal = parseLiteral(text);
  if (literal === undefined) {
    return type === 'any' || type === 'none'
      ? { ok: true, value: text }
      : { ok: false, expected: type };
  }
  return fits(literal, type)
    ? { ok: true, value: literal }
    : { ok: false, expected: type };
}

function parseLiteral(text: string): unknown {
  for (const candidate of [text, fromPython(text)]) {
    try {
      return JSON.parse(candidate);
    } catch {
      // Not this notation: the next one, or none.
    }
  }
  return undefined;
}

/** Python's names and single quotes as JSON's; text between quotes is left alone. */
function fromPython(text: string): string {
  return text.replace(
    /"(?:[^"\\]|\\.)*"|'((?:[^'\\]|\\.)*)'|\b(True|False|None)\b/g,
    (whole, single: string | undefined, word: string | undefined) => {
      if (word) {
        return { True: 'true', False: 'false', None: 'null' }[word] ?? whole;
      }
      return single === undefined ? whole : JSON.stringify(single.replace(/\\'/g, "'"));
    }
  );
}

function fits(value: unknown, type: Parameter['type']): boolean {
  switch (type) {
    case 'int':
      return Number.isInteger(value);
    case 'float':
      return typeof value === 'number';
    case 'bool':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'dict':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'none':
    case 'any':
    case 'str':
      return true;
  }
}
