import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Lines as a file has them, by a name for each case: see {@link writtenDown}. */
export interface IWrittenDown {
  /** Expects the lines that are written down, or notes them to be written. */
  expect(name: string, lines: readonly string[]): void;
}

/**
 * Findings that were written down once and read. After a change that is meant, `UPDATE=1` writes
 * the file anew, and somebody reads what has changed.
 *
 * @param file - Of JSON, from the folder of the project.
 */
export function writtenDown(file: string): IWrittenDown {
  const known = (
    existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
  ) as Record<string, string[]>;
  const found: Record<string, readonly string[]> = {};
  const update = process.env.UPDATE === '1';
  afterAll(() => {
    if (update) {
      writeFileSync(file, `${JSON.stringify(found, null, 1)}\n`);
    }
  });
  return {
    expect: (name, lines) => {
      found[name] = lines;
      if (!update) {
        expect(lines).toEqual(known[name]);
      }
    }
  };
}
