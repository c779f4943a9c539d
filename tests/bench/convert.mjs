/**
 * Times the conversion of generated notebooks in process and prints one JSON document: medians in
 * milliseconds for a first conversion and for the conversion after one cell was edited; the whole
 * process of `convert` in Node, without its launcher in Python; and one damaged cell of 4 kB.
 * `items` are the steps and their inputs: where each step needs all functions before it, the answer
 * itself grows with the square of the cells, and growth is judged by what there is to write down.
 *
 *   node tests/bench/convert.mjs [--sizes 10,100,1000] [--rounds 7] [--check]
 *
 * With --check the exit code is 1 where a bar is missed.
 */
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

/** `growth`: times linear × log of the items, from 100 cells to 1,000. */
const BARS = { first100: 200, edit100: 20, cli100: 600, damaged4kB: 50, growth: 1 };

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
  const cliMs = await wholeProcess(rounds);
  const damagedMs = damaged(convert, rounds);
  const growth = grown(results);
  missed = results.flatMap(({ kind, cells, firstMs, editMs }) =>
    cells === 100
      ? [
          ...(firstMs > BARS.first100 ? [`${kind}: first ${firstMs} ms`] : []),
          ...(editMs > BARS.edit100 ? [`${kind}: edit ${editMs} ms`] : [])
        ]
      : []
  );
  if (cliMs > BARS.cli100) {
    missed.push(`cli: ${cliMs} ms`);
  }
  if (damagedMs > BARS.damaged4kB) {
    missed.push(`damaged: ${damagedMs} ms`);
  }
  for (const [kind, times] of Object.entries(growth)) {
    if (times > BARS.growth) {
      missed.push(`${kind}: growth ${times}`);
    }
  }
  const figures = { rounds, bars: BARS, missed, cliMs, damagedMs, growth, results };
  console.log(JSON.stringify({ unit: 'ms', ...figures }, null, 1));

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
    const { steps } = convert(input(sources)).pipeline;
    const items = steps.reduce((sum, { inputs }) => sum + 1 + inputs.length, 0);
    return { firstMs: median(firsts), editMs: median(edits), items };
  }

  /** `convert` as a process of its own: 100 plain steps. */
  async function wholeProcess(count) {
    const script = join(folder, 'cli.mjs');
    await build({
      entryPoints: [fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      minify: true,
      define: { __VERSION__: '"0.0.0"' },
      banner: {
        js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url);"
      },
      logLevel: 'error'
    });
    const notebook = join(folder, 'bench.ipynb');
    const sources = Array.from({ length: 100 }, (_, at) => KINDS.plain(at));
    await writeFile(notebook, JSON.stringify(input(sources).content));
    const words = [script, 'convert', notebook, '--split', 'cells', '--json'];
    const taken = Array.from({ length: count }, () => {
      const started = performance.now();
      execFileSync(process.execPath, words, { stdio: 'pipe' });
      return performance.now() - started;
    });
    return median(taken);
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

/** One cell of 4 kB in which each second character of code is missing. */
function damaged(convert, count) {
  const whole = Array.from({ length: 60 }, (_, at) => KINDS.functions(at)).join('\n');
  const source = whole
    .slice(0, 8192)
    .split('')
    .filter((_, at) => at % 2 === 0)
    .join('');
  convert(input([source]));
  const taken = Array.from({ length: count }, () => {
    const started = performance.now();
    convert(input([source]));
    return performance.now() - started;
  });
  return median(taken);
}

/** How much faster than linear × log of the items the time grows from 100 cells to 1,000. */
function grown(results) {
  const found = {};
  for (const small of results.filter(({ cells }) => cells === 100)) {
    const large = results.find(
      ({ kind, cells }) => kind === small.kind && cells === 1000
    );
    if (large) {
      const size = ({ items }) => items * Math.log2(items);
      const times = large.firstMs / small.firstMs / (size(large) / size(small));
      found[small.kind] = Number(times.toFixed(2));
    }
  }
  return found;
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
