import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../__tests__/core-builder';
import { StepLog } from '../step-log';

const folder = temporaryFolder();
const path = join(folder, 'log.jsonl');
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => rmSync(path, { force: true }));

function lines(from: number, count: number): string {
  return Array.from({ length: count }, (_, n) =>
    JSON.stringify({
      offset: from + n,
      time: '2026-01-01T00:00:00.000Z',
      stream: 'stdout',
      text: `line ${from + n} — ü`
    })
  )
    .map(line => `${line}\n`)
    .join('');
}

test('a log that does not exist yet has no lines', async () => {
  expect(await new StepLog(path).page(-1, 10)).toEqual([]);
});

test('pages follow each other without a gap while the log grows', async () => {
  const log = new StepLog(path);
  const seen: number[] = [];
  let written = 0;
  while (seen.length < 5000) {
    if (written < 5000) {
      appendFileSync(path, lines(written, 333));
      written += 333;
    }
    const page = await log.page(seen.at(-1) ?? -1, 100);
    seen.push(...page.map(line => line.offset));
  }
  expect(seen).toEqual(Array.from({ length: seen.length }, (_, n) => n));
  expect((await log.page(4321, 1))[0].text).toBe('line 4322 — ü');
});

test('a line that is not whole yet is not shown', async () => {
  writeFileSync(path, lines(0, 1));
  appendFileSync(path, '{"offset": 1, "ti');
  const log = new StepLog(path);
  expect(await log.page(-1, 10)).toHaveLength(1);
  rmSync(path);
  writeFileSync(path, lines(0, 2));
  expect(await log.page(0, 10)).toHaveLength(1);
});

test('a line that the disk had no room for is shown as far as it goes', async () => {
  writeFileSync(path, `${lines(0, 1)}{"offset": 1, "te\n${lines(2, 1)}`);
  const page = await new StepLog(path).page(-1, 10);
  expect(page.map(line => line.text)).toEqual([
    'line 0 — ü',
    '{"offset": 1, "te',
    'line 2 — ü'
  ]);
});

test('a log that was begun again is read from its beginning', async () => {
  const log = new StepLog(path);
  writeFileSync(path, lines(0, 1000));
  await log.page(900, 10);
  writeFileSync(path, lines(0, 2));
  expect(await log.page(-1, 10)).toHaveLength(2);
});

test('readers at the same time get the same lines', async () => {
  writeFileSync(path, lines(0, 2000));
  const log = new StepLog(path);
  const pages = await Promise.all([
    log.page(10, 5),
    log.page(1500, 5),
    log.page(10, 5)
  ]);
  expect(pages.map(page => page[0].offset)).toEqual([11, 1501, 11]);
});

test('the last page of 300,000 lines costs what it holds', async () => {
  writeFileSync(path, lines(0, 300_000));
  const log = new StepLog(path);
  await log.page(-1, 1);
  const began = performance.now();
  for (let n = 0; n < 20; n++) {
    expect(await log.page(299_000 + n * 10, 100)).toHaveLength(100);
  }
  expect((performance.now() - began) / 20).toBeLessThan(50);
});
