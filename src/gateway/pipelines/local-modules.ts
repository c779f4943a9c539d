import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, normalize, relative, resolve } from 'node:path';

import { LARGE } from './copy-file';

/** A package beyond this is no part of somebody's project. */
const MOST = 1000;

/** The modules that a notebook imports from folders that it puts on `sys.path`. */
export interface ILocalModules {
  /** Their files, relative to the notebook's folder: whole packages, and what they import. */
  files: string[];
  /** Top-level names that were found. */
  names: Set<string>;
}

/**
 * Finds local modules, and what they import themselves.
 *
 * @param folder Absolute path of the notebook's folder.
 * @param searchPath Folders that the notebook adds, relative to it or absolute.
 * @param imports Top-level names that its cells import.
 */
export function localModules(
  folder: string,
  searchPath: readonly string[],
  imports: readonly string[]
): ILocalModules {
  const places = [folder, ...searchPath.map(path => resolve(folder, path))];
  const files = new Set<string>();
  const names = new Set<string>();
  const waiting = [...imports];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (names.has(name)) {
      continue;
    }
    const found = moduleIn(places, name);
    if (found.length > 0) {
      names.add(name);
    }
    for (const path of found.filter(path => !files.has(path))) {
      files.add(path);
      if (path.endsWith('.py')) {
        waiting.push(...importsOf(path));
      }
    }
  }
  return {
    files: [...files].map(path => normalize(relative(folder, path))).sort(),
    names
  };
}

/** The files of a module: the first place that has it counts, as for Python. */
function moduleIn(places: readonly string[], name: string): string[] {
  for (const place of places) {
    const path = join(place, name);
    const files = isFile(`${path}.py`) ? [`${path}.py`] : packageFiles(path);
    if (files.some(file => file.endsWith('.py'))) {
      return files;
    }
  }
  return [];
}

function packageFiles(folder: string): string[] {
  const found: string[] = [];
  const waiting = [folder];
  for (let path = waiting.pop(); path && found.length < MOST; path = waiting.pop()) {
    for (const entry of entriesOf(path)) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== '__pycache__') {
          waiting.push(inside);
        }
      } else if (entry.isFile() && (statSync(inside).size ?? 0) <= LARGE) {
        found.push(inside);
      }
    }
  }
  return found.sort();
}

/** Top-level names that a file imports, told by its lines: what is no module is not found. */
function importsOf(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  const named = [...text.matchAll(/^\s*from\s+(\w+)[\w.]*\s+import\b/gm)].map(
    ([, name]) => name
  );
  const listed = [...text.matchAll(/^\s*import\s+([\w., ]+)/gm)].flatMap(([, names]) =>
    names.split(',').map(name => name.trim().split(/[ .]/)[0])
  );
  return [...named, ...listed].filter(Boolean);
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // Most names are those of installed packages: there is no such folder.
    return [];
  }
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
