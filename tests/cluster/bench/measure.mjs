// Run by watch.mjs in a process of its own: node measure.mjs <bundle> <namespace> <seconds>
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const [bundle, namespace, seconds] = process.argv.slice(2);
const MIB = 1024 * 1024;
const silent = { info: () => undefined, error: () => undefined };

const { load } = await import(pathToFileURL(bundle));
await sleep(1000);
const before = process.memoryUsage.rss();
const { RealCluster, WatchedList, CONFIG_MAPS } = await load();
const started = performance.now();
let changes = 0;
const real = new RealCluster();
const list = new WatchedList({
  client: real.admin.client,
  watched: { resource: CONFIG_MAPS, namespace, labelSelector: 'run' },
  read: object => object,
  onChanges: all => (changes += all.length),
  log: silent
});
await list.ready;
const readyMs = performance.now() - started;
await sleep(2000);
const first = changes;
const [cpu, clock] = [process.cpuUsage(), performance.now()];
await sleep(Number(seconds) * 1000);
const { user, system } = process.cpuUsage(cpu);
const percent = ((user + system) / 1000 / (performance.now() - clock)) * 100;
const mebibytes = (process.memoryUsage.rss() - before) / MIB;
const objects = list.items.length;
await list.close();
await real.close();
console.log(
  JSON.stringify({ objects, readyMs, mebibytes, percent, changes: changes - first })
);
