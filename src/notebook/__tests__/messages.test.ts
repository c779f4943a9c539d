import type { JoinReason } from '../flow/step-facts';
import { Groups, joinFix, joinSentence } from '../joins';
import { converted, errorsOf } from './a-notebook';
import type { CellText } from './a-notebook';

describe('what is no Python', () => {
  const unexpected = (word: string): string =>
    `This is no Python: \`${word}\` is not expected here.`;
  const early = 'The code ends too early: something is not closed or not complete.';

  it.each<[string, string]>([
    ['x = 1 2', unexpected('2')],
    ['x = $', unexpected('$')],
    ['a.if = 1', unexpected('if')],
    ['x = 1 aVeryLongWordThatGoesOnAndOn', unexpected('aVeryLongWordThatGoe')],
    ['x = (1,', early],
    ['x = [1\n\n', early],
    ['f(', early],
    ['x = "abc', 'A string is not closed.'],
    ['x = """abc', 'A string is not closed.'],
    ["x = f'}'", 'A single `}` in a format string: write it twice.'],
    ['x = a€b', 'This is no Python: `a€b` is no name.'],
    ['return 1', '`return` outside of a function.'],
    ['class A:\n    return 1', '`return` outside of a function.'],
    ['print "a"', '`print` without parentheses is Python 2.'],
    ['if x:\n    print  x', '`print` without parentheses is Python 2.'],
    ['if x:\ny = 1', 'An indented block is missing before `y`.'],
    ['xprint "a"', unexpected('"a"')]
  ])('%j', (source, message) => {
    const [error] = errorsOf([source]);
    expect(error).toMatchObject({
      code: 'syntax-error',
      message,
      fix: 'Correct the cell; nothing runs before it can be read.'
    });
  });

  it('is told at its first place', () => {
    expect(errorsOf(['x = 1', 'y = 1\nz = 2 3\nw = 4 5'])).toMatchObject([
      { cell: 1, id: 'c1', line: 2, column: 7, endLine: 2, endColumn: 7 }
    ]);
  });

  it.each([
    'def f():\n    return 1',
    'def f():\n    if x:\n        return 1',
    'f = lambda: 1'
  ])('is not: %j', source => {
    expect(errorsOf(['x = 1', source])).toEqual([]);
  });
});

const leaves = 'which cannot leave its process.';
const JOINS: [JoinReason, string, string][] = [
  [
    'open-file',
    `\`v\` is an open file, ${leaves}`,
    'Open it in this step again, or put'
  ],
  [
    'connection',
    `\`v\` is a connection, ${leaves}`,
    'Open it in this step again, or put'
  ],
  ['lock', `\`v\` is a lock or a queue, ${leaves}`, 'Put'],
  ['thread', `\`v\` is a thread, a pool or a process, ${leaves}`, 'Put'],
  ['task', `\`v\` is a running task, ${leaves}`, 'Put'],
  [
    'iterator',
    `\`v\` is an iterator in use, ${leaves}`,
    'Turn it into a list where it is made, or put'
  ],
  [
    'generator',
    `\`v\` is a generator, ${leaves}`,
    'Turn it into a list where it is made, or put'
  ],
  ['live-object', '`v` lives in its process and cannot leave it.', 'Put'],
  [
    'function-state',
    `The function \`v\` keeps results of earlier calls, ${leaves}`,
    'Put'
  ],
  [
    'random-state',
    'Random numbers are drawn here that follow from a seed set in an earlier step.',
    'Set the seed in this step too, or put'
  ],
  ['figure', 'This draws into a figure that an earlier step has begun.', 'Put'],
  [
    'module-state',
    '`v` was changed in memory by an earlier step, and this step depends on it.',
    'Put'
  ],
  ['ipython-state', '`v` is something that IPython keeps from an earlier cell.', 'Put'],
  ['interleaved', '`v` changes in turns in both steps.', 'Put']
];

describe('why steps are one', () => {
  it.each(JOINS)('%s', (reason, sentence, fix) => {
    expect(joinSentence(reason, 'v')).toBe(sentence);
    expect(joinSentence(reason, undefined)).toBe(sentence.replace('`v`', 'A value'));
    expect(joinFix(reason)).toBe(`${fix} both cells into one step.`);
  });

  it('is said where they were joined', () => {
    const cells = ['f = open("a")', 'x = 1', 'f.read()\nf.close()'];
    expect(converted(cells, 'cells').diagnostics).toMatchObject([
      {
        cell: 2,
        line: 1,
        column: 1,
        code: 'joined-open-file',
        severity: 'info',
        message:
          '“Cell 1” and “Cell 3” run as one step: `f` is an open file, which cannot leave its process.'
      }
    ]);
  });

  it('is an error where steps are the user’s own', () => {
    const cells: CellText[] = [
      { source: 'f = open("a")', tags: ['step:one'] },
      { source: 'f.read()\nf.read()', tags: ['step:two'] }
    ];
    expect(converted(cells, 'tags').diagnostics).toMatchObject([
      {
        cell: 1,
        code: 'open-file',
        severity: 'error',
        message:
          '`f` is an open file, which cannot leave its process. It comes from the step “one”.',
        fix: 'Open it in this step again, or put both cells into one step.'
      }
    ]);
  });

  it('is their need of each other', () => {
    const cells: CellText[] = [
      { source: 'a = [1]', tags: ['step:one'] },
      { source: 'b = a', tags: ['step:two'] },
      { source: 'print(b)', tags: ['step:three', 'prev:two'] }
    ];
    expect(errorsOf(cells, 'tags')).toEqual([]);
  });

  it('follows from step to step', () => {
    const groups = new Groups(5);
    expect([groups.join(3, 1), groups.join(1, 3), groups.join(2, 2)]).toEqual([
      true,
      false,
      false
    ]);
    expect(groups.join(4, 3)).toBe(true);
    expect([0, 1, 2, 3, 4, 9].map(step => groups.of(step))).toEqual([0, 1, 2, 1, 1, 9]);
    expect(groups.join(0, 4)).toBe(true);
    expect([0, 1, 2, 3, 4].map(step => groups.of(step))).toEqual([0, 0, 2, 0, 0]);
  });
});
