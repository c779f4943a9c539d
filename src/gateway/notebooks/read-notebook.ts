import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';

import { MlopsError } from '../../contract/mlops-error';
import { parseNotebookText } from '../../notebook/convert';
import { messageOf } from '../thrown';

/** Outputs make notebooks large; beyond this somebody stored data in one. */
const LIMIT = 256 * 1024 * 1024;

/**
 * The JSON of a notebook's file. What it means is for the converter to say.
 *
 * @throws MlopsError `notebook-missing`, `notebook-too-large`, `notebook-not-json`
 */
export function readNotebook(path: string): unknown {
  const name = basename(path);
  const text = read(path, name);
  const { content, diagnostics } = parseNotebookText(text);
  if (diagnostics.length > 0) {
    throw new MlopsError('refused', {
      code: 'notebook-not-json',
      message: `${name} is not a notebook: its content is not JSON.`,
      cause: diagnostics[0].message,
      action: 'Open it in JupyterLab, or restore an earlier version of the file.',
      details: { diagnostics }
    });
  }
  return content;
}

function read(path: string, name: string): string {
  try {
    const { size } = statSync(path);
    if (size > LIMIT) {
      throw new MlopsError('refused', {
        code: 'notebook-too-large',
        message: `${name} has ${Math.round(size / 1e6)} MB; at most ${Math.round(LIMIT / 1e6)} are read.`,
        action: 'Clear its outputs and save it.'
      });
    }
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof MlopsError) {
      throw error;
    }
    throw new MlopsError('refused', {
      code: 'notebook-missing',
      message: `The notebook ${path} cannot be read.`,
      cause: messageOf(error),
      action: 'Check the path; save the notebook if it is new.'
    });
  }
}
