import type { PartialParse, Tree } from '@lezer/common';

import { REMOVED } from './grammar/characters';
import { parser } from './grammar/parser';

/**
 * A node of a syntax tree. The parser packs its nodes and makes an object at each look; they are
 * unpacked once, as each is looked at many times.
 */
export interface IPythonNode {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly children: readonly IPythonNode[];
  readonly firstChild: IPythonNode | null;
}

/** The name of nodes that stand where the grammar fits nothing. */
export const ERROR = '\u26A0';

/** Parses a source that begins at an offset; errors are nodes named {@link ERROR}. */
export function parsePython(source: string, offset = 0): IPythonNode {
  const cursor = treeOf(source).cursor();
  const open: { node: Unpacked; children: Unpacked[] }[] = [];
  for (;;) {
    const children: Unpacked[] = [];
    const node: Unpacked = {
      name: cursor.name,
      from: cursor.from + offset,
      to: cursor.to + offset,
      children,
      firstChild: null
    };
    const parent = open[open.length - 1];
    if (parent) {
      parent.children.push(node);
      parent.node.firstChild ??= node;
    }
    open.push({ node, children });
    if (cursor.firstChild()) {
      continue;
    }
    for (;;) {
      const closed = open.pop();
      if (closed && open.length === 0) {
        return closed.node;
      }
      if (cursor.nextSibling()) {
        break;
      }
      cursor.parent();
    }
  }
}

/**
 * Parses to the end. The parser would break off where it takes something for an endless chain: it
 * counts, and has no option for that. Depth is looked at afterwards.
 */
function treeOf(source: string): Tree {
  const parse: PartialParse & { bigReductionCount?: number } =
    parser.startParse(source);
  for (;;) {
    const tree = parse.advance();
    if (tree) {
      return tree;
    }
    parse.bigReductionCount = 0;
  }
}

type Unpacked = { -readonly [K in keyof IPythonNode]: IPythonNode[K] };

/** The children of a node, in order. */
export function children(node: IPythonNode): readonly IPythonNode[] {
  return node.children;
}

const PUNCTUATION = new Set(['(', ')', '[', ']', '{', '}', ',', ':', ';', 'Comment']);

/** The children that mean something: no brackets, commas or comments. */
export function parts(node: IPythonNode): IPythonNode[] {
  return children(node).filter(child => !PUNCTUATION.has(child.name));
}

/** The source text of a node. */
export function textOf(source: string, node: IPythonNode): string {
  return source.slice(node.from, node.to);
}

const REMOVED_TEXT = String.fromCharCode(REMOVED);
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
  const match = QUOTES.exec(literal.replaceAll(REMOVED_TEXT, ''));
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
