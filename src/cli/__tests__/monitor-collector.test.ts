import { rmSync } from 'node:fs';
import { dirname } from 'node:path';

import {
  bundle,
  runScript,
  type IScript
} from '../../gateway/__tests__/bundle-builder';
import { temporaryFolder } from '../../gateway/__tests__/core-builder';
import {
  answerOf,
  Asked,
  body
} from '../../gateway/monitoring/collector/__tests__/collector-builder';
import { FollowLine } from '../../gateway/monitoring/collector/exchange';

describe('the two ends of collecting requests', () => {
  let program: string;
  let data: string;
  const running: IScript[] = [];

  beforeAll(() => {
    program = bundle("import '../cli/main';");
  });
  beforeEach(() => {
    data = temporaryFolder('mlops-data-');
  });
  afterEach(async () => {
    running.forEach(({ child }) => child.kill('SIGKILL'));
    await Promise.all(running.splice(0).map(({ ended }) => ended));
    rmSync(data, { recursive: true, force: true });
  });
  afterAll(() => rmSync(dirname(program), { recursive: true, force: true }));

  const run = (args: string[], environment = {}): IScript => {
    const script = runScript(program, ['monitor', ...args], environment);
    running.push(script);
    return script;
  };
  const serve = async (): Promise<{ script: IScript; address: string }> => {
    const script = run(
      ['serve', '--namespace', 'ml-prod', '--port', '0', '--data', data],
      { MLOPS_LOG_LEVEL: 'info' }
    );
    const port = await until(() => /"port":(\d+)/.exec(script.output())?.[1]);
    return { script, address: `http://127.0.0.1:${port}/` };
  };
  const send = async (address: string, asked: Asked): Promise<void> => {
    for (const half of ['request', 'response'] as const) {
      const told = half === 'request' ? asked.request : asked.reply;
      const headers = asked.headersOf(half);
      const sent = { method: 'POST', headers, body: JSON.stringify(told) };
      expect((await fetch(address, sent)).status).toBe(200);
    }
  };
  const lines = (script: IScript): FollowLine[] =>
    script
      .output()
      .split('\n')
      .slice(0, -1)
      .map(line => FollowLine.parse(JSON.parse(line)));

  it('keep what was taken over SIGKILL, and tell it to who says that it reads', async () => {
    const first = await serve();
    await send(first.address, new Asked(body([1], { id: 'r1' }), answerOf([2])));
    first.script.child.kill('SIGKILL');
    await first.script.ended;
    const second = await serve();
    await send(second.address, new Asked(body([3], { id: 'r2' }), answerOf([4])));

    const follow = run(['follow'], { MLOPS_MONITOR_DATA: data });
    await until(() => lines(follow)[0]);
    follow.child.stdin?.write('{"after":0}\n');
    const page = await until(() => lines(follow)[1]);
    expect(page).toMatchObject({
      type: 'page',
      last: 2,
      exchanges: [{ id: 'r1' }, { id: 'r2' }]
    });
    // Exec ends no command: it has to see by itself that nobody reads any more.
    follow.child.stdin?.end();
    expect(await follow.ended).toBe(0);
    second.script.child.kill('SIGTERM');
    expect(await second.script.ended).toBe(0);
  });

  it.each([
    [
      'where nothing was collected',
      ['--data', '/nowhere'],
      2,
      'No collector has written'
    ],
    ['without a folder', [], 2, 'MLOPS_MONITOR_DATA']
  ])('say what is missing: %s', async (_, args, code, words) => {
    const script = run(['follow', ...args]);
    expect(await script.ended).toBe(code);
    expect(script.output()).toContain(words);
  });

  it('refuse a port that is none', async () => {
    const script = run(['serve', '--namespace', 'x', '--port', 'many', '--data', data]);
    expect(await script.ended).toBe(2);
    expect(script.output()).toContain('65535');
  });
});

async function until<T>(what: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 15_000; ;) {
    const found = what();
    if (found !== undefined) {
      return found;
    }
    if (Date.now() > end) {
      throw new Error('It did not come.');
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
