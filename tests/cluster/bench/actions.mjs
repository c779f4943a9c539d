/**
 * Measures what the gateway adds to the cluster's own time: from a run's start to its PipelineRun, over
 * making the same objects by hand; from a commit to Argo CD having seen and applied it; and from a promotion's
 * commit to a pod of KServe's that carries its digest and has answered the golden request.
 *
 *   node tests/cluster/bench/actions.mjs [--times 5] [--check]
 *
 * With --check the exit code is 1 where a bar is missed. Needs what tekton.test.ts and promotion.test.ts need.
 */
import { build } from 'esbuild';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    times: { type: 'string', default: '5' },
    check: { type: 'boolean', default: false }
  }
});
const times = Number(options.times);
const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'cluster-bench-'));

try {
  await build({
    stdin: {
      contents: `
        export * from './tests/cluster/argocd-tester';
        export * from './tests/cluster/promotion-tester';
        export * from './tests/cluster/tekton-tester';
        export * from './src/gateway/pipelines/tekton/resources';`,
      resolveDir: root,
      loader: 'ts'
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(folder, 'bench.mjs'),
    banner: {
      js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url); const __dirname = '/';"
    },
    // Where the sources find the repository's files
    define: { __dirname: JSON.stringify(join(root, 'src/gateway/__tests__')) },
    logLevel: 'error'
  });
  const parts = await import(pathToFileURL(join(folder, 'bench.mjs')));
  const rows = [
    ...(await submits(parts)),
    ...(await commits(parts)),
    ...(await promotions(parts))
  ];
  console.log(`median of ${times}; load ${loadavg()[0].toFixed(1)}`);
  for (const [name, value, bar] of rows) {
    const verdict =
      bar === null ? '' : `bar ${bar}  ${value <= bar ? 'met' : 'missed'}`;
    console.log(`${name.padEnd(44)}${value.toFixed(0).padStart(6)} ms  ${verdict}`);
  }
  if (options.check && rows.some(([, value, bar]) => bar !== null && value > bar)) {
    process.exitCode = 1;
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** From the start of a run to its PipelineRun, and the same objects made by hand. */
async function submits({ TektonTester, PIPELINES, PIPELINE_RUNS }) {
  const tester = await TektonTester.start();
  const { client } = tester.real.admin;
  const { namespace } = tester;
  const [whole, bare] = [[], []];
  try {
    const notebook = tester.notebook('bench', ['# One', 'a = 1', '# Two', 'b = a']);
    for (let at = 0; at < times; at++) {
      const known = new Set(await tester.names(PIPELINE_RUNS));
      const began = performance.now();
      const { id } = await tester.start(notebook);
      let name;
      while (name === undefined) {
        name = (await tester.names(PIPELINE_RUNS)).find(one => !known.has(one));
      }
      whole.push(performance.now() - began);
      await tester.stop(id);
      await tester.runs.ended(id);
      const copies = [];
      for (const resource of [PIPELINES, PIPELINE_RUNS]) {
        const { kind, apiVersion, spec } = await client.get(resource, {
          namespace,
          name
        });
        const metadata = { name: `${name}-copy` };
        // Made, and not carried out
        const made =
          resource === PIPELINES ? spec : { ...spec, status: 'PipelineRunPending' };
        copies.push([resource, { kind, apiVersion, metadata, spec: made }]);
      }
      const byHand = performance.now();
      for (const [resource, manifest] of copies) {
        await client.create(resource, namespace, manifest);
      }
      bare.push(performance.now() - byHand);
    }
  } finally {
    await tester.close();
  }
  const [all, api] = [median(whole), median(bare)];
  return [
    ['run start to PipelineRun', all, null],
    ['the same objects made by hand', api, null],
    ["submit over the API's own time", all - api, 300]
  ];
}

/** From a commit to Argo CD having seen it, and to having applied it. */
async function commits({ ArgocdTester, READ_AND_ASK }) {
  const tester = await ArgocdTester.start();
  const [seen, applied] = [[], []];
  try {
    await tester.makeUsers({ anna: READ_AND_ASK });
    const change = text =>
      tester.commit('bike', { 'app.yaml': tester.configMap('bike', text) });
    const first = await change('first');
    const name = await tester.makeApplication('bike');
    await tester.follow('anna', 'bike', first).applied;
    for (let at = 0; at < times; at++) {
      const revision = await change(String(at));
      const began = performance.now();
      const done = tester
        .follow('anna', 'bike', revision)
        .applied.then(() => applied.push(performance.now() - began));
      for (;;) {
        const { status } = await tester.application(name);
        if (status.sync.revision === revision) {
          break;
        }
        await sleep(10);
      }
      seen.push(performance.now() - began);
      await done;
    }
  } finally {
    await tester.close();
  }
  return [
    ['commit to seen by Argo CD', median(seen), 5000],
    ['commit to applied by Argo CD', median(applied), null]
  ];
}

/** From a promotion's commit to its end: applied by Argo CD, served by KServe, answered as in training. */
async function promotions({ PromotionTester }) {
  const tester = await PromotionTester.start();
  const served = [];
  try {
    const { checks } = await tester.plan(1);
    await tester.makeApplication(checks.find(({ code }) => code === 'argocd').evidence);
    while (!(await tester.plan(1)).allowed) {
      await sleep(100);
    }
    // Afterwards the images lie in the registry and on the node.
    for (const version of [1, 2]) {
      await succeed(tester, await tester.begin(version));
    }
    for (let at = 0; at < times; at++) {
      const promotion = await tester.begin(1 + (at % 2));
      const began = performance.now();
      await succeed(tester, promotion);
      served.push(performance.now() - began);
    }
  } finally {
    await tester.close();
  }
  return [['commit to served and checked', median(served), 60_000]];
}

async function succeed(tester, { id }) {
  const { state, error } = await tester.stage.ended(id);
  if (state !== 'succeeded') {
    throw new Error(JSON.stringify(error));
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
