import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import * as fc from 'fast-check';

import { sourceOf } from '../cells';
import { convert } from '../convert';
import { aNotebook } from './a-notebook';
import { IPYTHON_CELLS } from './ipython-cells';

const ROOT = join(__dirname, '../../..');
const RUNS = Number(process.env.RUNS ?? 400);
/** What takes longer, at the best of several tries, grows faster than its cell. */
const BOUND_MS = 50;
/** The parser's own recovery from an error at each second word. */
const NONSENSE_MS = 500;
const TRIES = 8;

describe('damaged cells', () => {
  const cells = [...new Set([...projectCells(), ...IPYTHON_CELLS])].filter(
    source => source.length <= 4096
  );
  const started = performance.now();
  let slowest = 0;

  it('are many', () => {
    expect(cells.length).toBeGreaterThan(60);
  });

  it('are read or refused while they are typed: each beginning of each cell', () => {
    for (const source of cells) {
      // Each beginning of short cells, some of long ones; all where more was asked for
      const step = RUNS > 400 ? 1 : Math.max(1, Math.round(source.length / 40));
      for (let end = 0; end <= source.length; end += step) {
        slowest = Math.max(slowest, timed(source.slice(0, end)));
      }
    }
    expect(slowest).toBeLessThan(BOUND_MS);
  });

  it('are read or refused where parts are missing', () => {
    const damaged = fc
      .record({
        source: fc.constantFrom(...cells),
        cuts: fc.array(fc.tuple(fc.nat(4096), fc.nat(40)), {
          minLength: 1,
          maxLength: 4
        })
      })
      .map(({ source, cuts }) =>
        cuts.reduce(
          (text, [at, length]) =>
            text.slice(0, at % (text.length + 1)) +
            text.slice((at % (text.length + 1)) + length),
          source
        )
      );
    fc.assert(
      fc.property(damaged, source => {
        expect(timed(source)).toBeLessThan(BOUND_MS);
      }),
      { seed: Number(process.env.SEED ?? 1), numRuns: RUNS }
    );
  });

  it('are read or refused where characters are swapped for others', () => {
    const text = fc
      .tuple(
        fc.constantFrom(...cells),
        fc.nat(4096),
        fc.constantFrom(...'()[]{}\'"`\\%!?#:;,=*@\n\t \u0000é😀')
      )
      .map(([source, at, char]) => {
        const place = at % (source.length + 1);
        return source.slice(0, place) + char + source.slice(place + 1);
      });
    fc.assert(
      fc.property(text, source => {
        expect(timed(source)).toBeLessThan(BOUND_MS);
      }),
      { seed: Number(process.env.SEED ?? 1), numRuns: RUNS }
    );
  });

  it.each([
    ['brackets', '('],
    ['quotes', '"'],
    ['f-strings', 'f"{'],
    ['lambdas', 'lambda: '],
    ['decorators', '@a\n'],
    ['magics', '%time '],
    ['continued lines', '\\\n'],
    ['with items', 'with (a as b, '],
    ['stars', '*'],
    ['names', 'a b ']
  ])('are read or refused in time: 4 kB of %s', (_, part) => {
    const source = part.repeat(Math.floor(4096 / part.length));
    expect(timed(source)).toBeLessThan(NONSENSE_MS);
  });

  afterAll(() => {
    if (process.env.RUNS) {
      console.log({ cells: cells.length, slowest, all: performance.now() - started });
    }
  });
});

/** The milliseconds that a conversion takes at its best; whatever it throws is a failure. */
function timed(source: string): number {
  let best = Infinity;
  for (let round = 0; round < TRIES && best > BOUND_MS; round += 1) {
    best = Math.min(best, once(source));
  }
  return best;
}

function once(source: string): number {
  const content = aNotebook([source, 'print(a)']);
  const began = performance.now();
  const { diagnostics } = convert({ content, fileName: 'a.ipynb', split: 'cells' });
  const took = performance.now() - began;
  for (const { line, column } of diagnostics) {
    expect(Math.min(line, column)).toBeGreaterThan(0);
  }
  return took;
}

/** The code cells of the example and of the projects that the tests run. */
function projectCells(): string[] {
  return ['examples', 'tests/projects']
    .flatMap(folder => notebooksIn(join(ROOT, folder)))
    .flatMap(path => {
      const { cells } = JSON.parse(readFileSync(path, 'utf8')) as {
        cells: { cell_type: string; source: unknown }[];
      };
      return cells
        .filter(cell => cell.cell_type === 'code')
        .map(cell => sourceOf(cell.source));
    });
}

function notebooksIn(folder: string): string[] {
  return readdirSync(folder).flatMap(name => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) {
      return name.startsWith('.') ? [] : notebooksIn(path);
    }
    return name.endsWith('.ipynb') ? [path] : [];
  });
}
