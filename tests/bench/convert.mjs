/**
 * Times the conversion of generated notebooks in process and prints one JSON document: medians in
 * milliseconds for a first conversion and for the conversion after one cell was edited.
 *
 *   node tests/bench/convert.mjs [--sizes 10,100,1000] [--rounds 7] [--check]
 *
 * With --check the exit code is 1 where a bar is missed.
 */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,100,1000' },
    rounds: { type: 'string', default: '7' },
    check: { type: 'boolean', default: false }
  }
});

const BARS = { first100: 200, edit100: 20 };

/** The source of cell `at` for each kind of notebook. */
const KINDS = {
  /** One value follows from the one before. */
  plain: at => (at === 0 ? 'v0 = 1' : `v${at} = v${at - 1} + ${at}\nprint(v${at})`),
  /** Each cell makes a new frame from the one before and changes it in place. */
  frames: at =>
    at === 0
      ? 'import pandas as pd\nd0 = pd.DataFrame({"a": [1, 2]})'
      : `d${at} = d${at - 1}.assign(c${at}=${at})\nd${at}["k"] = d${at}["a"] * ${at}\nd${at}.head()`,
  /** Each cell defines functions of ten lines that call those of a few cells before. */
  functions: at =>
    `import numpy as np\ndef clean_${at}(table, low=${at}):\n${Array.from(
      { length: 8 },
      (_, line) => `    x${line} = [row for row in table if row > low + ${line}]\n`
    ).join(
      ''
    )}    return ${at % 10 === 0 ? 'x0' : `clean_${at - 1}(x0)`}\nr${at} = clean_${at}([${at}])\nprint(len(r${at}))`,
  /** Each cell's function calls the one before: the last step needs them all. */
  chain: at =>
    at === 0
      ? 'def f0(v):\n    return v\nr0 = f0(1)'
      : `def f${at}(v):\n    return f${at - 1}(v) + ${at}\nr${at} = f${at}(r${at - 1})`
};

const folder = await mkdtemp(join(tmpdir(), 'convert-bench-'));
let missed = [];
try {
  const outfile = join(folder, 'convert.mjs');
  await build({
    entryPoints: [
      fileURLToPath(new URL('../../src/notebook/convert.ts', import.meta.url))
    ],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning'
  });
  const { NotebookConverter, convert } = await import(pathToFileURL(outfile).href);
  const rounds = Number(options.rounds);
  const results = [];
  for (const [kind, source] of Object.entries(KINDS)) {
    for (const size of options.sizes.split(',').map(Number)) {
      results.push({ kind, cells: size, ...measured(source, size, rounds) });
    }
  }
  missed = results.flatMap(({ kind, cells, firstMs, editMs }) =>
    cells === 100
      ? [
          ...(firstMs > BARS.first100 ? [`${kind}: first ${firstMs} ms`] : []),
          ...(editMs > BARS.edit100 ? [`${kind}: edit ${editMs} ms`] : [])
        ]
      : []
  );
  console.log(
    JSON.stringify({ unit: 'ms', rounds, bars: BARS, missed, results }, null, 1)
  );

  function measured(source, size, count) {
    const sources = Array.from({ length: size }, (_, at) => source(at));
    // Warm up the engine, not the converter
    convert(input(sources));
    const slow = size >= 1000;
    const firsts = times(slow ? 3 : count, () => convert(input(sources)));
    const live = new NotebookConverter();
    live.convert(input(sources));
    const at = Math.floor(size / 2);
    const edits = times(slow ? 3 : count, round => {
      const edited = [...sources];
      edited[at] = `${sources[at]}\nextra = ${round}`;
      return live.convert(input(edited));
    });
    return { firstMs: median(firsts), editMs: median(edits) };
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (options.check && missed.length > 0) {
  process.exitCode = 1;
}

/** What a converter takes for code cells with these sources, each its own step. */
function input(sources) {
  const cells = sources.map((source, at) => ({
    cell_type: 'code',
    id: `c${at}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null
  }));
  const content = { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
  return { content, fileName: 'bench.ipynb', split: 'cells' };
}

/** The time that each of some rounds takes; a refused notebook ends the measurement. */
function times(count, run) {
  return Array.from({ length: count }, (_, round) => {
    const started = performance.now();
    const { pipeline, diagnostics } = run(round);
    const took = performance.now() - started;
    if (!pipeline) {
      throw new Error(`Refused: ${JSON.stringify(diagnostics.slice(0, 3))}`);
    }
    return took;
  });
}

function median(values) {
  const ordered = [...values].sort((a, b) => a - b);
  return Number(ordered[Math.floor(ordered.length / 2)].toFixed(1));
}
