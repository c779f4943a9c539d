import type { FileChange } from '../../../contract/promotion';

const CONTEXT = 3;
/** Beyond this many cells of the comparison a file counts as replaced as a whole. */
const MOST_CELLS = 4_000_000;

type Line = { mark: ' ' | '-' | '+'; text: string };

/** What changes in each file, in order; unchanged files are left out. */
export function fileChanges(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string | null>
): FileChange[] {
  return [...after].flatMap(([path, to]) => {
    const from = before.get(path) ?? null;
    return from === to
      ? []
      : [{ path, before: from, after: to, diff: unifiedDiff(from, to) }];
  });
}

/** Unified diff with three lines around each change, without the two header lines. */
export function unifiedDiff(before: string | null, after: string | null): string {
  const lines = align(split(before), split(after));
  const near = (index: number): boolean =>
    lines
      .slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1)
      .some(({ mark }) => mark !== ' ');
  const hunks: string[] = [];
  let [oldLine, newLine] = [1, 1];
  let index = 0;
  while (index < lines.length) {
    const start = { oldLine, newLine };
    const hunk: Line[] = [];
    for (; index < lines.length && near(index); index += 1) {
      hunk.push(lines[index]);
      oldLine += lines[index].mark === '+' ? 0 : 1;
      newLine += lines[index].mark === '-' ? 0 : 1;
    }
    if (hunk.length > 0) {
      const range = (first: number, next: number): string =>
        `${next === first ? first - 1 : first},${next - first}`;
      hunks.push(
        `@@ -${range(start.oldLine, oldLine)} +${range(start.newLine, newLine)} @@`,
        ...hunk.map(({ mark, text }) => mark + text)
      );
      continue;
    }
    index += 1;
    oldLine += 1;
    newLine += 1;
  }
  return hunks.join('\n');
}

function split(text: string | null): string[] {
  if (text === null || text === '') {
    return [];
  }
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Longest common subsequence of lines: quadratic, for manifests of a few hundred lines at most. */
function align(from: string[], to: string[]): Line[] {
  if (from.length * to.length > MOST_CELLS) {
    return [
      ...from.map((text): Line => ({ mark: '-', text })),
      ...to.map((text): Line => ({ mark: '+', text }))
    ];
  }
  const common = Array.from({ length: from.length + 1 }, () =>
    new Array<number>(to.length + 1).fill(0)
  );
  for (let i = from.length - 1; i >= 0; i -= 1) {
    for (let j = to.length - 1; j >= 0; j -= 1) {
      common[i][j] =
        from[i] === to[j]
          ? common[i + 1][j + 1] + 1
          : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    if (i < from.length && j < to.length && from[i] === to[j]) {
      lines.push({ mark: ' ', text: from[i] });
      i += 1;
      j += 1;
    } else if (
      i < from.length &&
      (j >= to.length || common[i + 1][j] >= common[i][j + 1])
    ) {
      lines.push({ mark: '-', text: from[i] });
      i += 1;
    } else {
      lines.push({ mark: '+', text: to[j] });
      j += 1;
    }
  }
  return lines;
}
