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
const INTERVAL = 200;
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

/** Milliseconds with a function of ours on the stack, and in our functions alone. */
function ourTime({ nodes, samples, timeDeltas }) {
  const parents = new Map();
  const byId = new Map(nodes.map(node => [node.id, node]));
  for (const node of nodes) {
    for (const child of node.children ?? []) {
      parents.set(child, node.id);
    }
  }
  const isOurs = id => byId.get(id).callFrame.url.includes(OURS);
  const below = new Map();
  const within = id => {
    if (!below.has(id)) {
      const parent = parents.get(id);
      below.set(id, isOurs(id) || (parent !== undefined && within(parent)));
    }
    return below.get(id);
  };
  let inclusive = 0;
  let own = 0;
  samples.forEach((id, index) => {
    const spent = (timeDeltas[index + 1] ?? 0) / 1000;
    const { functionName } = byId.get(id).callFrame;
    if (functionName !== '(program)' && within(id)) {
      inclusive += spent;
      own += isOurs(id) ? spent : 0;
    }
  });
  return { inclusive, own };
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
  return { run: run.id, step, state: detail.state, shown, tasks: longest(events) };
}

/** The main thread's longest tasks: milliseconds by the clock, and of computing. */
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
    .map(({ dur, tdur }) => ({ wall: dur / 1000, cpu: (tdur ?? dur) / 1000 }))
    .sort((a, b) => b.wall - a.wall)
    .slice(0, 5);
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
