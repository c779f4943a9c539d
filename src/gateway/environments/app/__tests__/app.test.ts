import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { OciLayout } from '../../../images/oci-layout';
import { startStage, type IRunningStage } from '../../__tests__/stage-builder';
import { storeApp } from '../app-artifact';

let stage: IRunningStage;
let project: string;

const PAGE = `<!doctype html><html><head><link rel="stylesheet" href="style/page.css"></head>
<body><img src='icon.png'><script defer src="page.js"></script><script src="https://cdn.example/x.js"></script></body></html>`;

function write(path: string, text: string): void {
  const target = join(project, path);
  mkdirSync(join(target, '..'), { recursive: true });
  writeFileSync(target, text);
}

beforeEach(async () => {
  stage = await startStage();
  project = temporaryFolder();
  write('mlops.yaml', 'app:\n  folder: app\n');
  write('app/index.html', PAGE);
  write('app/page.js', 'const tag = "</script>";');
  write('app/style/page.css', 'body { color: teal; }');
  write('app/icon.png', 'png');
  write('secret.txt', 'the content');
  stage.models.add({ notebook: join(project, 'demand.ipynb') });
  stage.models.add({ version: 2, notebook: join(project, 'demand.ipynb') });
});
afterEach(async () => {
  await stage.discard();
  rmSync(project, { recursive: true, force: true });
});

const get = (path: string): Promise<Response> =>
  stage.fetch(`/environments/dev/models/bike/app/${path}`);

const Settings = z.object({
  address: z.string(),
  token: z.string(),
  expiresAt: z.string()
});

/** As the page itself reads them. */
function settings(html: string): z.infer<typeof Settings> {
  const content =
    /<meta name="mlops-endpoint" content="([^"]*)">/.exec(html)?.[1] ?? '';
  return Settings.parse(JSON.parse(content.replaceAll('&quot;', '"')));
}

/** The file behind a `data:` address in the page. */
function dataOf(html: string, type: string): string {
  const base64 = html.split(`"data:${type};base64,`)[1].split('"')[0];
  return Buffer.from(base64, 'base64').toString();
}

test('the app goes the way of its model: same commit, by digest', async () => {
  const { revision } = await stage.promote(1, 'dev');
  const [release] = (await stage.environment('dev')).releases;
  expect(release.app).toMatch(/^sha256:/);
  expect(stage.git('show', `${revision}:environments/dev/bike/app.yaml`)).toContain(
    release.app
  );
  const [endpoint] = (await stage.environment('dev')).endpoints;
  expect(endpoint.app).toBe('mlops/api/v1/environments/dev/models/bike/app/');
});

test('its page is sandboxed, whole, and may ask its own endpoint only', async () => {
  await stage.promote(1, 'dev');
  const reply = await get('');
  const policy = reply.headers.get('Content-Security-Policy') ?? '';
  expect(policy).toContain('sandbox allow-scripts');
  expect(policy).not.toContain('allow-same-origin');
  expect(reply.headers.get('X-Content-Type-Options')).toBe('nosniff');
  const html = await reply.text();
  expect(dataOf(html, 'text/css;charset=utf-8')).toBe('body { color: teal; }');
  expect(dataOf(html, 'text/javascript;charset=utf-8')).toBe(
    'const tag = "</script>";'
  );
  expect(html).toContain('<script defer src="data:');
  expect(dataOf(html, 'image/png')).toBe('png');
  expect(html).toContain('src="https://cdn.example/x.js"');
  const { address, token, expiresAt } = settings(html);
  expect(policy).toContain(`connect-src ${new URL(address).origin};`);
  expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(3600e3);
  const answer = await fetch(`${address}/predict`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, Origin: 'null' },
    body: JSON.stringify({ rows: [{ temp: 1, hour: 2 }] })
  });
  expect(await answer.json()).toMatchObject({ predictions: [4] });
  expect(stage.core.database.all('SELECT * FROM endpoint_tokens')).toEqual([]);
});

test('what is served is what was released, not what lies in the folder now', async () => {
  await stage.promote(1, 'dev');
  write('app/index.html', 'changed');
  expect(await (await get('index.html')).text()).toContain('<!doctype html>');
  const plan = await stage.call('planPromotion', {
    body: { model: 'bike', version: 1, environment: 'dev' }
  });
  expect(plan.changes.map(({ path }) => path)).toEqual([
    'environments/dev/bike/app.yaml'
  ]);
  expect((await stage.promote(1, 'dev')).state).toBe('succeeded');
  expect(await (await get('index.html')).text()).toContain('changed');
  expect(stage.modelServer.started).toHaveLength(1);
});

test('an app that changed between plan and confirmation must be looked at again', async () => {
  const request = { model: 'bike', version: 1, environment: 'dev' };
  const { base, changesDigest } = await stage.call('planPromotion', { body: request });
  write('app/page.js', 'steal()');
  await expect(
    stage.call('confirmPromotion', { body: { ...request, base, changesDigest } })
  ).rejects.toMatchObject({ status: 409, body: { code: 'promotion-stale' } });
});

test('taking the app out of mlops.yaml takes it out of the next release', async () => {
  await stage.promote(1, 'dev');
  write('mlops.yaml', '{}');
  await stage.promote(2, 'dev');
  expect((await stage.environment('dev')).releases).toMatchObject([
    { version: 2, app: null }
  ]);
  expect((await get('')).status).toBe(404);
});

test.each([
  '../secret.txt',
  '..%2Fsecret.txt',
  '%2e%2e/%2e%2e/secret.txt',
  '/etc/passwd',
  '..%5Csecret.txt',
  '%E0%A4%A',
  'nothing.html'
])('no path leads out of the app (%s)', async path => {
  await stage.promote(1, 'dev');
  const reply = await get(path);
  expect(reply.status).toBe(404);
  expect(await reply.text()).not.toContain('the content');
});

test('a page cannot pull a file from outside of its folder into itself', async () => {
  write('app/index.html', '<script src="../secret.txt"></script>');
  await stage.promote(1, 'dev');
  const html = await (await get('')).text();
  expect(html).toContain('<script src="../secret.txt">');
  expect(html).not.toContain('data:');
});

test('the same files give the same digest, whenever they were written', async () => {
  const store = new OciLayout(stage.core.home.oci);
  const first = await storeApp(store, 'bike', join(project, 'app'));
  utimesSync(join(project, 'app/page.js'), 1, 1);
  expect(await storeApp(store, 'bike', join(project, 'app'))).toBe(first);
  write('app/page.js', 'other');
  expect(await storeApp(store, 'bike', join(project, 'app'))).not.toBe(first);
});

test.each([
  ['has no index.html', () => rmSync(join(project, 'app/index.html'))],
  ['is missing', () => rmSync(join(project, 'app'), { recursive: true })],
  [
    'holds a link out of it',
    () => symlinkSync('/etc/passwd', join(project, 'app/link'))
  ],
  ['is too large', () => write('app/large.bin', 'x'.repeat(21 * 1024 * 1024))]
])('a folder that %s is refused with a sentence', async (_, spoil) => {
  spoil();
  await expect(
    stage.call('planPromotion', {
      body: { model: 'bike', version: 1, environment: 'dev' }
    })
  ).rejects.toMatchObject({ status: 422, body: { code: 'app-invalid' } });
});
