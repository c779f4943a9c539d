import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { aNotebook } from './a-notebook';
import type { CellText } from './a-notebook';

const FOLDERS = ['constructs', 'analyses'].map(name => join('tests/equivalence', name));
const MARKER = /^# %%(?!%) ?(.*)$/gm;

/** A notebook of the corpus of `make equivalence`, and the files beside it. */
export interface ICorpusNotebook {
  name: string;
  content: object;
  files: Record<string, string>;
}

/** All of them, by name: `tests/equivalence/corpus.py` says how the texts are written. */
export function readCorpus(): ICorpusNotebook[] {
  return FOLDERS.flatMap(folder =>
    readdirSync(folder)
      .sort()
      .map(file =>
        readText(file.replace(/\.ipy$/, ''), readFileSync(join(folder, file), 'utf8'))
      )
  );
}

function readText(name: string, text: string): ICorpusNotebook {
  const [, ...parts] = text.split(MARKER);
  const cells: CellText[] = [];
  const files: Record<string, string> = {};
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const mark = parts[at] ?? '';
    const source = (parts[at + 1] ?? '').replace(/^\n+|\n+$/g, '');
    const file = /^\[file\] (\S+)/.exec(mark)?.[1];
    if (file) {
      files[file] = `${source}\n`;
    } else if (mark.startsWith('[markdown]')) {
      cells.push({ md: source });
    } else {
      const tags = /tags=(\S+)/.exec(mark)?.[1]?.split(',');
      cells.push({ source, ...(tags ? { tags } : {}) });
    }
  }
  return { name, content: aNotebook(cells), files };
}
