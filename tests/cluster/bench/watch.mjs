/**
 * Measures what a watch of 500 objects costs on the cluster that KUBECONFIG names: memory of a
 * gateway's process without a cluster and with one and its watch, and processor time while nothing
 * changes. Whole objects are kept, which is more than any panel does.
 *
 *   node tests/cluster/bench/watch.mjs [--seconds 60] [--objects 500] [--check]
 *
 * With --check the exit code is 1 where a bar is missed.
 */
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    objects: { type: 'string', default: '500' },
    check: { type: 'boolean', default: false }
  }
});

const BARS = { mebibytes: 60, percent: 2 };
const root = fileURLToPath(new URL('../../../', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'cluster-bench-'));

try {
  await build({
    stdin: {
      contents: `
        // All that a gateway has loaded anyway
        export { Gateway } from './src/gateway/gateway';
        export const load = async () => ({
          ...(await import('./tests/cluster/real-cluster')),
          ...(await import('./src/gateway/kube/watched-list')),
          ...(await import('./src/gateway/kube/resource'))
        });`,
      resolveDir: root,
      loader: 'ts'
    },
    bundle: true,
    splitting: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import { createRequire as __r } from 'node:module'; const require = __r(import.meta.url); const __dirname = '/';"
    },
    logLevel: 'error'
  });
  const bundle = join(folder, 'stdin.mjs');
  const { load } = await import(pathToFileURL(bundle));
  const { RealCluster, CONFIG_MAPS } = await load();
  const real = new RealCluster();
  try {
    const namespace = await real.makeNamespace();
    await fill(real, CONFIG_MAPS, namespace, Number(options.objects));
    const program = fileURLToPath(new URL('measure.mjs', import.meta.url));
    const text = execFileSync(
      process.execPath,
      [program, bundle, namespace, options.seconds],
      { encoding: 'utf8' }
    );
    report(JSON.parse(text));
  } finally {
    await real.close();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Objects of the size of a run with a few steps: 6 kB. */
async function fill(real, resource, namespace, count) {
  const status = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [`task-${at}`, `${at}`.repeat(400)])
  );
  for (let at = 0; at < count; at += 20) {
    await Promise.all(
      Array.from({ length: Math.min(20, count - at) }, (_, index) =>
        real.admin.client.create(resource, namespace, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: `run-${at + index}`, labels: { run: `run-${at + index}` } },
          data: status
        })
      )
    );
  }
}

function report({ objects, readyMs, mebibytes, percent, changes }) {
  const rows = [
    ['memory, extra', `${mebibytes.toFixed(1)} MiB`, BARS.mebibytes, mebibytes],
    ['processor, idle', `${percent.toFixed(2)} %`, BARS.percent, percent]
  ];
  console.log(
    `watch of ${objects} objects, ready in ${readyMs.toFixed(0)} ms, idle for ${options.seconds} s with ${changes} changes; load ${loadavg()[0].toFixed(1)}`
  );
  for (const [name, shown, bar, value] of rows) {
    console.log(
      `${name.padEnd(18)}${shown.padStart(10)}  bar ${String(bar).padStart(3)}  ${value <= bar ? 'met' : 'missed'}`
    );
  }
  if (options.check && rows.some(([, , bar, value]) => value > bar)) {
    process.exitCode = 1;
  }
}
