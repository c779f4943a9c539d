import {
  isMap,
  isPair,
  isScalar,
  LineCounter,
  parseDocument,
  type Document
} from 'yaml';
import type { z } from 'zod';

import { MlopsError } from '../../contract/mlops-error';
import { Project } from '../../contract/project';
import { messageOf } from '../thrown';

/** Enough for any project; less than what hurts to parse. */
export const PROJECT_BYTES = 256 * 1024;
/** Aliases multiply: ten levels of ten make ten thousand million nodes. */
const ALIASES = 50;

/**
 * Reads the text of an `mlops.yaml`.
 *
 * @param file Name for messages.
 * @throws MlopsError `project-invalid`; message and details name line and column, counted from 1.
 */
export function parseProject(text: string, file: string): Project {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true
  });
  const fail = (offset: number, message: string, action?: string): never => {
    const { line, col } = lines.linePos(offset);
    throw new MlopsError('refused', {
      code: 'project-invalid',
      message: `${file}, line ${line}, column ${col}: ${message}`,
      action: action ?? 'Correct the file and try again.',
      details: { file, line, column: col }
    });
  };
  const [error] = document.errors;
  if (error) {
    fail(error.pos[0], ...explain(text, error.code, error.message));
  }
  const value = toValue(document, message => fail(0, message));
  const checked = Project.safeParse(value ?? {});
  if (checked.success) {
    return checked.data;
  }
  const [issue] = checked.error.issues;
  return fail(offsetOf(document, issue), sentence(issue));
}

function explain(text: string, code: string, message: string): [string, string?] {
  if (code === 'TAB_AS_INDENT' || (/tab/i.test(message) && text.includes('\t'))) {
    return [
      'a tab stands where YAML wants spaces.',
      'Replace the tab by spaces and try again.'
    ];
  }
  if (/call stack/.test(message)) {
    return ['values are nested too deeply: the file was not read.'];
  }
  return [/[.!?]$/.test(message) ? message : `${message}.`];
}

function toValue(document: Document, fail: (message: string) => never): unknown {
  try {
    return document.toJS({ maxAliasCount: ALIASES });
  } catch (error) {
    const reason = messageOf(error);
    return fail(
      /alias/i.test(reason)
        ? 'too many aliases, or an alias without an anchor: the file was not read.'
        : reason
    );
  }
}

/** Where an issue stands: the key that is unknown, else the nearest value that exists. */
function offsetOf(document: Document, issue: z.core.$ZodIssue): number {
  const path = issue.path.filter(part => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    const node = path.length ? document.getIn(path, true) : document.contents;
    const pair = isMap(node)
      ? node.items.find(
          item => isPair(item) && isScalar(item.key) && item.key.value === issue.keys[0]
        )
      : undefined;
    return isScalar(pair?.key) ? (pair.key.range?.[0] ?? 0) : 0;
  }
  for (let depth = path.length; depth > 0; depth--) {
    const node: unknown = document.getIn(path.slice(0, depth), true);
    if (
      node &&
      typeof node === 'object' &&
      'range' in node &&
      Array.isArray(node.range)
    ) {
      return Number(node.range[0]);
    }
  }
  return 0;
}

function sentence(issue: z.core.$ZodIssue): string {
  const place = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `unknown key ‘${issue.keys[0]}’${place ? ` in ‘${place}’` : ''}.`;
  }
  return `${place ? `‘${place}’: ` : ''}${issue.message}`;
}
