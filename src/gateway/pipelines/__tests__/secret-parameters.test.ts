import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ANNA } from '../../__tests__/core-builder';
import { withSecrets } from '../secret-file';
import { buildNotebook } from './notebook-builder';
import { RunTester, states } from './run-tester';

const SECRET = 'hush-4711';

let tester: RunTester;
afterEach(() => tester.discard());

/** Fails until the flag is there, and wherever the secret does not arrive. */
function secretive(flag: string): RunTester {
  const cells = [
    "api_token = 'none'",
    `import os; assert len(api_token) == ${SECRET.length}; assert os.path.exists(${JSON.stringify(flag)})`
  ];
  return new RunTester(
    buildNotebook([{ id: 'call', cells }], { parameters: { api_token: 'none' } })
  );
}

const mode = (file: string): string => (statSync(file).mode & 0o777).toString(8);

test('a secret parameter reaches its step, also in a retry, and is stored and shown nowhere else', async () => {
  const flag = join(buildNotebook([]).folder, 'flag');
  tester = secretive(flag);
  const failed = await tester.run({ parameters: { api_token: SECRET } });
  expect(states(failed)).toEqual({ call: 'failed' });
  const secrets = (id: string): string => join(tester.runs.folder(id), 'secrets.json');
  expect(mode(secrets(failed.id))).toBe('600');

  writeFileSync(flag, '');
  await tester.restart();
  const { id } = await tester.runs.retry(failed.id, ANNA);
  const run = await tester.runs.ended(id);
  expect(run.error).toBeNull();
  expect(existsSync(secrets(id))).toBe(false);
  expect(mode(join(tester.runs.folder(id), 'steps/call/request.json'))).toBe('600');

  expect(run.parameters).toEqual({ api_token: '[not kept]' });
  const reply = await tester.stage.handlers.executedNotebook?.({
    params: { id }
  } as never);
  const notebook = reply instanceof Response ? await reply.text() : '';
  expect(notebook).toContain('[not kept]');
  const shown = [run, tester.runs.list(10), tester.events, notebook];
  expect(JSON.stringify(shown)).not.toContain(SECRET);
  for (const file of ['', '-wal'].map(end => tester.core.home.database + end)) {
    expect(readFileSync(file).includes(SECRET)).toBe(false);
  }
});

test('a run that is repeated with the placeholder has the value of the notebook', async () => {
  tester = new RunTester(
    buildNotebook(
      [{ id: 'call', cells: ["api_token = 'none'", "assert api_token == 'none'"] }],
      { parameters: { api_token: 'none' } }
    )
  );
  const run = await tester.run({ parameters: { api_token: '[not kept]' } });
  expect(run.error).toBeNull();
  expect(run.parameters).toEqual({});
});

test('what stands in place of a secret is never taken for it', () => {
  tester = secretive('/nowhere');
  const stored = { api_token: '[not kept]' };
  expect(() => withSecrets(stored, '/nowhere/secrets.json')).toThrow('api_token');
});
