import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync
} from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { buildContext, temporaryFolder } from '../../__tests__/core-builder';
import { startTimeOf } from '../../lease/process-identity';
import { runProgram } from '../child-process';
import { removeInstances } from '../instances';
import { ServerProcess } from '../server-process';

const { python } = buildContext();

describe('a server process', () => {
  let folder: string;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const start = (script: string) => {
    const launcher = join(folder, 'launch.py');
    writeFileSync(launcher, script);
    return ServerProcess.start({ python, launcher, folder, version: '1' });
  };

  it('gets nothing of the gateway’s environment that could be a secret', async () => {
    process.env.AWS_SECRET_ACCESS_KEY = 'hush';
    const server = await start(
      "import os, json; open('seen.json', 'w').write(json.dumps(dict(os.environ)))"
    );
    await server.ended;
    delete process.env.AWS_SECRET_ACCESS_KEY;
    const seen: Record<string, string> = JSON.parse(
      readFileSync(join(folder, 'seen.json'), 'utf8')
    );
    expect(Object.keys(seen).sort()).toEqual(
      expect.arrayContaining(['HOME', 'LANG', 'PATH'])
    );
    expect(JSON.stringify(seen)).not.toContain('hush');
    expect(seen.HOME).toBe(folder);
  });

  it('that ends before it is ready says so with the end of its log', async () => {
    const server = await start("import sys; print('no memory'); sys.exit(9)");
    await expect(server.untilReady('/ready', 20)).rejects.toMatchObject({
      body: {
        code: 'model-server-ended',
        cause: 'It ended with exit code 9. Its log ends with: no memory'
      }
    });
    expect(existsSync(dirname(server.client.socket))).toBe(false);
  });

  it('that cannot be run at all ends too', async () => {
    const server = await ServerProcess.start({
      python: '/no/such/python',
      launcher: 'x',
      folder,
      version: '1'
    });
    expect((await server.ended).reason).toContain('It could not be run');
  });

  it('that ignores a polite request is stopped with its children', async () => {
    const server = await start(
      "import os, signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.fork()\nopen(f'pid-{os.getpid()}', 'w').close()\ntime.sleep(60)"
    );
    const started = () => readdirSync(folder).filter(name => name.startsWith('pid-'));
    while (started().length < 2) {
      await sleep(20);
    }
    await server.stop();
    const pids = readdirSync(folder).flatMap(
      name => /^pid-(\d+)$/.exec(name)?.[1] ?? []
    );
    expect(pids).toHaveLength(2);
    // The kernel ends a killed process when it next gets to run.
    const alive = () => pids.filter(each => startTimeOf(Number(each)) !== '');
    for (const until = Date.now() + 5000; alive().length > 0 && Date.now() < until;) {
      await sleep(20);
    }
    expect(alive()).toEqual([]);
  });

  it('that outlived its gateway is ended, and its folder removed', async () => {
    const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const instance = join(folder, 'instances/one');
    mkdirSync(instance, { recursive: true });
    const identity = { pid: child.pid, startTime: startTimeOf(child.pid ?? 0) };
    writeFileSync(join(instance, 'process.json'), JSON.stringify(identity));
    const ended = once(child, 'exit');
    await removeInstances(join(folder, 'instances'));
    expect(await ended).toEqual([null, 'SIGKILL']);
    expect(existsSync(instance)).toBe(false);
  });
});

describe('a program', () => {
  const environment = { PATH: '/usr/bin:/bin' };

  it('tells its lines as they come, and its end', async () => {
    const lines: string[] = [];
    const end = await runProgram({
      command: 'sh',
      arguments: ['-c', 'echo one >&2; echo two >&2; echo out; exit 3'],
      environment,
      line: text => lines.push(text)
    });
    expect(end).toEqual({ code: 3, stdout: 'out\n', stderr: 'one\ntwo\n' });
    expect(lines).toEqual(['one', 'two']);
  });

  it('is ended with all that it started when it is cancelled', async () => {
    const started = Date.now();
    const running = runProgram({
      command: 'sh',
      arguments: ['-c', 'sleep 30 & sleep 30'],
      environment,
      signal: AbortSignal.timeout(100)
    });
    await expect(running).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(Date.now() - started).toBeLessThan(5000);
  });
});
