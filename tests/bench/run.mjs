/**
 * Times what the local engine adds to the cells themselves, side by side in one run: one process for
 * the whole notebook, a step a cell from a warm process, and a fresh interpreter a step
 * (`MLOPS_WARM=0`). The engine runs in this process, as it does in the gateway.
 *
 *   node tests/bench/run.mjs [--rounds 3] [--kernel .venv] [--gib 1] [--check]
 *
 * With --check the exit code is 1 where a bar is missed. docs/performance.md says what each means.
 */
import { build } from 'esbuild';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    kernel: { type: 'string', default: '.venv' },
    gib: { type: 'string', default: '1' },
    check: { type: 'boolean', default: false }
  }
});

const STEPS = 30;
const READERS = 10;
const root = fileURLToPath(new URL('../../', import.meta.url));
const kernel = resolve(root, options.kernel);
const rounds = Number(options.rounds);
const missed = [];

/** One after the other. */
const CHAIN = Array.from({ length: STEPS }, (_, at) =>
  at === 0 ? 'x0 = 0\nprint(x0)' : `x${at} = x${at - 1} + 1\nprint(x${at})`
);
/** Two chains: a change in one leaves the other as it is. */
const CHAINS = Array.from({ length: STEPS }, (_, at) => {
  const chain = at % 2 ? 'b' : 'a';
  return at < 2
    ? `${chain}${at} = ${at}\nprint(${chain}${at})`
    : `${chain}${at} = ${chain}${at - 2} + 1\nprint(${chain}${at})`;
});

const folder = await mkdtemp(join(tmpdir(), 'run-bench-'));
try {
  const { createPipelinesStage, buildCore } = await bundle();
  const stage = open(createPipelinesStage, buildCore);
  await trivial(stage);
  await cached(stage);
  await readers(stage, Number(options.gib));
  await stage.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (options.check && missed.length > 0) {
  process.exitCode = 1;
}

/** The gateway's own parts in one module. */
async function bundle() {
  const outfile = join(folder, 'stage.mjs');
  await build({
    stdin: {
      contents: `
        export { createPipelinesStage } from './src/gateway/pipelines/pipelines-stage';
        export { buildCore } from './src/gateway/__tests__/core-builder';`,
      resolveDir: root,
      loader: 'ts'
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    define: { __dirname: JSON.stringify(join(root, 'src/gateway/__tests__')) },
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"
    },
    logLevel: 'warning'
  });
  return import(pathToFileURL(outfile).href);
}

function open(createPipelinesStage, buildCore) {
  const core = buildCore({
    home: join(folder, 'home'),
    kernelDirs: [join(kernel, 'share/jupyter/kernels')],
    python: join(kernel, 'bin/python')
  });
  const { runs, stage } = createPipelinesStage(core);
  const actor = { name: 'bench', asserted: true };
  return {
    /** Runs cells; MLOPS_WARM is read when a step starts. */
    async run(cells, { split = 'cells', warm = true, cache = false } = {}) {
      process.env.MLOPS_WARM = warm ? '1' : '0';
      const path = join(folder, 'project', 'bench.ipynb');
      writeNotebook(path, cells);
      const began = performance.now();
      const used = process.cpuUsage();
      const { id } = await runs.start({ notebook: path, split, cache }, actor, {
        kind: 'user'
      });
      const run = await runs.ended(id);
      const seconds = (performance.now() - began) / 1000;
      if (run.state !== 'succeeded') {
        throw new Error(JSON.stringify(run.error, null, 1));
      }
      const { user, system } = process.cpuUsage(used);
      const gateway = (user + system) / 1000 / run.steps.length;
      return { run, seconds, gateway, folder: runs.folder(id) };
    },
    close: () => stage.close().then(() => core.database.close())
  };
}

function writeNotebook(path, sources) {
  mkdirSync(join(folder, 'project'), { recursive: true });
  const cells = sources.map((source, at) => ({
    cell_type: 'code',
    id: `c${at}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null
  }));
  const metadata = { kernelspec: { name: 'python3', display_name: 'Python 3' } };
  writeFileSync(
    path,
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells })
  );
}

/** 30 trivial steps: from the end of one to the end of the next, less what the cell itself takes. */
async function trivial(stage) {
  const added = { warm: [], fresh: [] };
  const gateway = [];
  const whole = { one: [], warm: [], fresh: [] };
  for (let round = 0; round < rounds; round++) {
    const one = await stage.run(CHAIN, { split: 'one', warm: false });
    whole.one.push(one.seconds);
    const cell = median(cellSeconds(one));
    for (const kind of ['warm', 'fresh']) {
      const done = await stage.run(CHAIN, { warm: kind === 'warm' });
      const ends = done.run.steps.map(step => Date.parse(step.endedAt)).sort();
      if (ends.length !== STEPS) {
        throw new Error(`There are ${ends.length} steps.`);
      }
      const gaps = ends.slice(1).map((end, at) => end - ends[at] - cell * 1000);
      added[kind].push(...gaps);
      whole[kind].push(done.seconds);
      gateway.push(done.gateway);
    }
  }
  show(`${STEPS} trivial steps: added by each, warm`, added.warm, 'ms', 60);
  show('  the same, fresh interpreters', added.fresh, 'ms');
  show("  gateway's processor time a step", gateway, 'ms');
  show('  whole run, one process', whole.one, 's');
  show('  whole run, warm', whole.warm, 's');
  show('  whole run, fresh interpreters', whole.fresh, 's');
}

async function cached(stage) {
  await stage.run(CHAINS, { cache: true });
  const again = [];
  for (let round = 0; round < rounds; round++) {
    const done = await stage.run(CHAINS, { cache: true });
    expectStates(done.run, () => 'cached');
    again.push(done.seconds);
  }
  show('unchanged second run, all from cache', again, 's', 1);
  const changed = [...CHAINS];
  changed[15] = 'b15 = b13 + 100\nprint(b15)';
  const done = await stage.run(changed, { cache: true });
  const ran = done.run.steps.filter(step => step.state !== 'cached').length;
  expectStates(done.run, at => (at >= 15 && at % 2 ? 'succeeded' : 'cached'));
  show('one changed cell: steps run of the 8 that depend', [ran], 'steps', 8);
}

function expectStates(run, expected) {
  run.steps.forEach((step, at) => {
    if (step.state !== expected(at)) {
      throw new Error(`Step ${at} is ${step.state}, not ${expected(at)}.`);
    }
  });
}

/** A large array that steps only read, beside a small one in the same cells. */
async function readers(stage, gib) {
  const cells = numbers => [
    `import numpy as np\na = np.ones(${numbers})`,
    ...Array.from({ length: READERS }, (_, at) => `print(a[${at} :: 4096].sum())`)
  ];
  const large = await stage.run(cells(Math.round(gib * 2 ** 27)));
  const small = await stage.run(cells(8192));
  const cost = large.run.steps
    .slice(1)
    .map((step, at) => seconds(step) - seconds(small.run.steps[at + 1]));
  show(`${gib} GiB array: cost for each of ${READERS} readers`, cost, 's', 0.2);
  const stored = (await sizeOf(join(large.folder, 'values'))) / 2 ** 30 / gib;
  show('  times that it is stored', [stored], 'times', 1.01);
  show('  the step that makes it', [seconds(large.run.steps[0])], 's');
}

async function sizeOf(path) {
  const names = await readdir(path, { recursive: true });
  return names
    .map(name => statSync(join(path, name)))
    .filter(entry => entry.isFile())
    .reduce((sum, { size }) => sum + size, 0);
}

function seconds(step) {
  return (Date.parse(step.endedAt) - Date.parse(step.startedAt)) / 1000;
}

function cellSeconds({ run, folder: path }) {
  return run.steps.flatMap(({ id }) =>
    readFileSync(join(path, 'steps', id, 'events.jsonl'), 'utf8')
      .split('\n')
      .filter(line => line.includes('"cell-done"'))
      .map(line => JSON.parse(line).seconds)
  );
}

function show(name, values, unit, bar) {
  const [middle, best] = [median(values), Math.min(...values)];
  const verdict = bar === undefined ? '' : judged(middle, best, bar);
  if (verdict === 'missed') {
    missed.push(name);
  }
  const figures = [middle, best]
    .map(value => value.toPrecision(3).padStart(8))
    .join('');
  const limit = (bar === undefined ? '' : `≤ ${bar}`).padStart(8);
  console.log(
    `${name.padEnd(52)}${figures} ${unit.padEnd(6)}${limit}  ${verdict.padEnd(12)}${String(values.length).padStart(3)}  load ${loadavg()[0].toFixed(1)}`
  );
}

function judged(middle, best, bar) {
  if (middle <= bar) {
    return 'met';
  }
  return best <= bar ? 'met at best' : 'missed';
}

function median(values) {
  const ordered = [...values].sort((a, b) => a - b);
  return ordered[Math.floor(ordered.length / 2)];
}
