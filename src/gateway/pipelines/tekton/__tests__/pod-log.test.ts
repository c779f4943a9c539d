import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { status } from '../../../kube/__tests__/api-double';
import { TestCluster } from '../../../kube/__tests__/cluster-builder';
import { PodLog } from '../pod-log';

const PATH = 'GET /api/v1/namespaces/ml-team/pods/demand-train-pod/log';
const line = (offset: number): string =>
  JSON.stringify({
    offset,
    time: '2026-11-27T08:00:00.000Z',
    stream: 'stdout',
    text: 'x'
  });
const event = (index: number): string =>
  JSON.stringify({ time: 't', event: 'cell-done', index });

describe('the log of a pod', () => {
  let test: TestCluster;
  let folder: string;
  let done: number[];

  beforeEach(async () => {
    test = await TestCluster.start();
    folder = join(temporaryFolder('mlops-log-'), 'train');
    done = [];
  });
  afterEach(async () => {
    await test.close();
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });

  const follow = (isOver = (): boolean => true): PodLog =>
    new PodLog({
      client: test.open().client,
      namespace: 'ml-team',
      pod: 'demand-train-pod',
      folder,
      cells: cells => done.push(cells),
      isOver,
      signal: AbortSignal.timeout(10_000)
    });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const prints = (...lines: string[]): void => {
    test.api.answers.set(PATH, (_, response) => {
      response.end(lines.map(one => `${one}\n`).join(''));
    });
  };

  it('becomes the files that a local step leaves, and tells cells', async () => {
    prints(line(0), event(1), 'Traceback (of the container)', line(1), event(2));
    const log = follow();
    await log.done;
    expect(read('log.jsonl')).toBe(`${line(0)}\n${line(1)}\n`);
    expect(read('events.jsonl')).toBe(`${event(1)}\n${event(2)}\n`);
    expect(done).toEqual([0, 1, 2]);
    expect(log.words).toBe('Traceback (of the container)');
  });

  it('goes on where an earlier gateway was, and writes nothing twice', async () => {
    prints(line(0), event(1));
    await follow().done;
    prints(line(0), event(1), line(1), event(2));
    await follow().done;
    expect(read('log.jsonl')).toBe(`${line(0)}\n${line(1)}\n`);
    expect(read('events.jsonl')).toBe(`${event(1)}\n${event(2)}\n`);
    expect(done.at(-1)).toBe(2);
  });

  it('begins anew with the pod of another attempt', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'pod.json'), JSON.stringify({ pod: 'an-earlier-pod' }));
    writeFileSync(join(folder, 'log.jsonl'), `${line(0)}\n${line(1)}\n`);
    prints(line(0));
    await follow().done;
    expect(read('log.jsonl')).toBe(`${line(0)}\n`);
  });

  it('goes on after a connection that broke off', async () => {
    let asked = 0;
    test.api.answers.set(PATH, (_, response) => {
      asked += 1;
      if (asked === 1) {
        response.write(`${line(0)}\n`);
        setTimeout(() => response.destroy(), 50);
      } else {
        response.end(`${line(0)}\n${line(1)}\n`);
      }
    });
    await follow(() => asked > 0).done;
    expect(read('log.jsonl')).toBe(`${line(0)}\n${line(1)}\n`);
  });

  it('ends where the pod is gone', async () => {
    test.api.answers.set(PATH, (_, response) => {
      status(response, 404, {
        reason: 'NotFound',
        message: 'pods "demand-train-pod" not found',
        details: { name: 'demand-train-pod', kind: 'pods' }
      });
    });
    await follow(() => false).done;
    expect(test.api.asksFor(PATH).length).toBe(1);
  });
});
