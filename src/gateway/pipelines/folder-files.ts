import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Enough to find local modules and data files; a home folder must not take seconds. */
const MOST = 5000;
const DEEPEST = 6;

/**
 * Files below a folder, as paths relative to it with forward slashes, sorted by depth. Hidden ones
 * and those of tools are left out, and so is what is too deep or too much.
 */
export function folderFiles(folder: string): string[] {
  const found: string[] = [];
  let level = [''];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const next: string[] = [];
    for (const inside of level) {
      for (const entry of entriesOf(join(folder, inside))) {
        const path = inside ? `${inside}/${entry.name}` : entry.name;
        if (entry.name.startsWith('.') || found.length >= MOST) {
          continue;
        }
        if (entry.isDirectory()) {
          if (!['node_modules', '__pycache__'].includes(entry.name)) {
            next.push(path);
          }
        } else {
          found.push(path);
        }
      }
    }
    level = next;
  }
  return found;
}

/** Larger modules are data that somebody has written as Python. */
const LARGEST = 512 * 1024;

/** Reads the sources of the modules below a folder; null for what is not there. */
export function localReader(folder: string): (path: string) => string | null {
  return path => {
    const file = join(folder, path);
    try {
      return statSync(file).size > LARGEST ? null : readFileSync(file, 'utf8');
    } catch {
      // Most names are no local modules.
      return null;
    }
  };
}

function entriesOf(folder: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(folder);
  } catch {
    // Not there yet (an unsaved notebook), or not ours to read.
    return [];
  }
}

function readEntries(folder: string) {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1
  );
}
