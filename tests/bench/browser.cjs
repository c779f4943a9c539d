/**
 * What is measured in Chromium: `node browser.cjs start|log <url> <token> [notebook]`.
 * Prints one JSON document. `CHROMIUM` names another browser.
 */
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { gzipSync } = require('node:zlib');

const uiTests = join(__dirname, '..', '..', 'ui-tests', 'package.json');
const { chromium } = createRequire(uiTests)('playwright-core');

const OURS = '/lab/extensions/jupyterlab-mlops/';
/** Microseconds between two samples of the profile. */
const INTERVAL = 500;
const TASK_CATEGORIES = 'disabled-by-default-devtools.timeline,toplevel';
const COMPILE_CATEGORIES = 'disabled-by-default-v8.compile,v8,devtools.timeline';

const [what, url, token, notebook] = process.argv.slice(2);

async function main() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic']
  });
  try {
    const context = await browser.newContext({
      extraHTTPHeaders: { Authorization: `token ${token}` },
      viewport: { width: 1440, height: 900 }
    });
    const page = await context.newPage();
    const session = await context.newCDPSession(page);
    const measure = what === 'start' ? measureStart : measureLog;
    process.stdout.write(JSON.stringify(await measure(page, session, browser)));
  } finally {
    await browser.close();
  }
}

async function openLab(page) {
  await page.goto(`${url}lab?reset`, { waitUntil: 'domcontentloaded' });
  await page.waitForFunction(() => window.jupyterapp?.shell, null, { timeout: 90_000 });
  await page.evaluate(() => window.jupyterapp.restored);
}

/** From navigation until JupyterLab has restored itself and was left alone for a second. */
async function measureStart(page, session, browser) {
  const files = [];
  page.on('response', response => {
    if (
      response.url().includes(OURS) &&
      new URL(response.url()).pathname.endsWith('.js')
    ) {
      files.push(response);
    }
  });
  const trace = await startTrace(browser, COMPILE_CATEGORIES);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: INTERVAL });
  await session.send('Profiler.start');
  await openLab(page);
  await page.waitForTimeout(1000);
  const { profile } = await session.send('Profiler.stop');
  const events = await trace.stop();
  const bodies = await Promise.all(files.map(file => file.body()));
  const compile = events
    .filter(({ ph, name }) => ph === 'X' && name === 'v8.compile')
    .filter(({ args }) => (args?.data?.url ?? args?.fileName ?? '').includes(OURS))
    .reduce((sum, { dur }) => sum + dur / 1000, 0);
  return {
    files: files.map(file => new URL(file.url()).pathname.split('/').at(-1)),
    bytes: bodies.reduce((sum, body) => sum + body.length, 0),
    gzipped: bodies.reduce((sum, body) => sum + gzipSync(body, { level: 9 }).length, 0),
    compile,
    ...ourTime(profile)
  };
}

/**
 * Milliseconds that the page would not need without us: with a function of ours on the stack.
 * Where our modules are being loaded, only what our files do themselves counts: whoever is first
 * to ask for JupyterLab's shared modules evaluates them. `computing` leaves out what lies between
 * two samples beyond what a page that has the processor shows: then others had it.
 */
function ourTime({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map(node => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map(child => [child, id]))
  );
  const counts = new Map();
  const isCounted = id => {
    let innermost = null;
    let outermost = null;
    for (let at = id; at !== undefined; at = parents.get(at)) {
      const { url } = byId.get(at).callFrame;
      innermost ||= url;
      outermost = url.includes(OURS) ? url : outermost;
    }
    return outermost?.includes('remoteEntry')
      ? innermost.includes(OURS)
      : outermost !== null;
  };
  let clock = 0;
  let computing = 0;
  samples.forEach((id, index) => {
    if (!counts.has(id)) {
      counts.set(id, isCounted(id));
    }
    if (counts.get(id)) {
      const spent = timeDeltas[index + 1] ?? 0;
      clock += spent / 1000;
      computing += Math.min(spent, 2 * INTERVAL) / 1000;
    }
  });
  return { clock, computing };
}

/** Starts a run, looks at its log while it speaks, and at the page's tasks. */
async function measureLog(page, session, browser) {
  await openLab(page);
  const api = `${url}mlops/api/v1/`;
  const started = await page.request.post(`${api}runs`, {
    data: { notebook, cache: false }
  });
  const run = await started.json();
  const step = run.steps[0].id;
  await page.evaluate(
    id => window.jupyterapp.commands.execute('mlops:open-run', { run: id }),
    run.id
  );
  await page.locator('.jp-mlops-Log-line').first().waitFor({ timeout: 30_000 });
  const trace = await startTrace(browser, TASK_CATEGORIES);
  let detail;
  do {
    await page.waitForTimeout(500);
    detail = await (await page.request.get(`${api}runs/${run.id}`)).json();
  } while (['pending', 'running'].includes(detail.state));
  const last = page.locator('.jp-mlops-Log-line', { hasText: 'took' });
  const shown = await last.waitFor({ timeout: 10_000 }).then(
    () => true,
    () => false
  );
  const events = await trace.stop();
  return { run: run.id, step, state: detail.state, shown, longest: longest(events) };
}

/** The main thread's longest task: milliseconds by the clock, and of computing. */
function longest(events) {
  const renderers = new Set(
    events
      .filter(
        ({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain'
      )
      .map(({ pid, tid }) => `${pid} ${tid}`)
  );
  return events
    .filter(({ ph, pid, tid }) => ph === 'X' && renderers.has(`${pid} ${tid}`))
    .filter(({ name }) => /RunTask/.test(name))
    .reduce(
      (most, { dur, tdur }) => ({
        clock: Math.max(most.clock, dur / 1000),
        computing: Math.max(most.computing, (tdur ?? dur) / 1000)
      }),
      { clock: 0, computing: 0 }
    );
}

async function startTrace(browser, categories) {
  const session = await browser.newBrowserCDPSession();
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: {
      includedCategories: categories.split(','),
      excludedCategories: ['*']
    }
  });
  return {
    stop: async () => {
      const complete = new Promise(resolve =>
        session.once('Tracing.tracingComplete', resolve)
      );
      await session.send('Tracing.end');
      await complete;
      return events;
    }
  };
}

main().catch(error => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
