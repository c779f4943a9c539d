import type { SyntaxNode } from '@lezer/common';

/** The children of a node, in order. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    found.push(child);
  }
  return found;
}

const PUNCTUATION = new Set(['(', ')', '[', ']', '{', '}', ',', ':', ';', 'Comment']);

/** The children that mean something: no brackets, commas or comments. */
export function parts(node: SyntaxNode): SyntaxNode[] {
  return children(node).filter(child => !PUNCTUATION.has(child.name));
}

/** The source text of a node. */
export function textOf(source: string, node: SyntaxNode): string {
  return source.slice(node.from, node.to);
}

const QUOTES = /^([a-zA-Z]*)("""|'''|"|')([\s\S]*?)\2$/;
const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '0': '\0',
  '\n': ''
};

/** The text of a plain string literal; null for bytes and for what is no string. */
export function stringValue(literal: string): string | null {
  const match = QUOTES.exec(literal);
  if (!match) {
    return null;
  }
  const prefix = (match[1] ?? '').toLowerCase();
  const body = match[3] ?? '';
  if (prefix.includes('b') || prefix.includes('f')) {
    return null;
  }
  if (prefix.includes('r')) {
    return body;
  }
  return body.replace(
    /\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[\s\S])/g,
    (whole, escape: string) => {
      const code = /^[xuU]/.test(escape) ? parseInt(escape.slice(1), 16) : NaN;
      if (Number.isNaN(code)) {
        return ESCAPES[escape] ?? whole;
      }
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    }
  );
}
