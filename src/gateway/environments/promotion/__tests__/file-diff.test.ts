import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { fileChanges, unifiedDiff } from '../file-diff';

/** What `git apply` makes of a file with our diff: an independent reader of the format. */
function applied(before: string, after: string): string {
  const folder = temporaryFolder();
  try {
    writeFileSync(join(folder, 'f'), before);
    const patch = `--- a/f\n+++ b/f\n${unifiedDiff(before, after)}\n`;
    execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
      cwd: folder,
      input: patch
    });
    return readFileSync(join(folder, 'f'), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const numbers = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `line ${index}`);

test.each([
  ['a line changes', 'a\nb\nc\n', 'a\nB\nc\n'],
  ['lines come', 'a\n', 'x\na\ny\nz\n'],
  ['lines go', 'x\na\ny\nz\n', 'a\n'],
  ['everything changes', 'a\nb\n', 'c\nd\n'],
  [
    'two places change, far apart',
    numbers(40).join('\n') + '\n',
    numbers(40)
      .map((line, index) => (index === 2 || index === 35 ? 'new' : line))
      .join('\n') + '\n'
  ],
  [
    'two places change, near each other',
    numbers(9).join('\n') + '\n',
    numbers(9)
      .map((line, index) => (index === 2 || index === 7 ? 'new' : line))
      .join('\n') + '\n'
  ],
  ['lines that look like marks change', '-a\n+b\n@@\n', '--a\n+b\n@@ -1 +1 @@\n']
])(
  'where %s, git makes the new file of the old one and the diff',
  (_, before, after) => {
    expect(applied(before, after)).toBe(after);
  }
);

test('a new file is all plus, a removed one all minus', () => {
  expect(unifiedDiff(null, 'a\nb\n')).toBe('@@ -0,0 +1,2 @@\n+a\n+b');
  expect(unifiedDiff('a\nb\n', null)).toBe('@@ -1,2 +0,0 @@\n-a\n-b');
});

test('unchanged text has no diff, and only three lines stand around a change', () => {
  expect(unifiedDiff('a\n', 'a\n')).toBe('');
  const before = numbers(20).join('\n');
  const diff = unifiedDiff(before, before.replace('line 10', 'line ten'));
  expect(diff.split('\n')).toHaveLength(1 + 3 + 2 + 3);
});

test('a file too large to compare counts as replaced, at once', () => {
  const started = performance.now();
  const [before, after] = ['a\n'.repeat(20_000), 'b\n'.repeat(20_000)];
  expect(unifiedDiff(before, after).split('\n')).toHaveLength(40_001);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('changes name only files that differ', () => {
  const before = new Map([
    ['same', 'x'],
    ['gone', 'x']
  ]);
  const after = new Map([
    ['same', 'x'],
    ['gone', null],
    ['new', 'x'],
    ['never', null]
  ]);
  expect(
    fileChanges(before, after).map(({ path, before: from, after: to }) => [
      path,
      from,
      to
    ])
  ).toEqual([
    ['gone', 'x', null],
    ['new', null, 'x']
  ]);
});
