import { analyseCell } from '../cell-analysis';
import { plainPython } from '../ipython/plain-python';
import { readOptions } from '../ipython/options';
import { errorsOf, inputsOf, pipelineOf } from './a-notebook';

/** What the last of some cells takes from those before. */
const taken = (...cells: string[]): string[] =>
  inputsOf(pipelineOf(cells), `cell-${cells.length}`).map(input =>
    input.replace(/<-.*/, '')
  );

describe('magics in the flow of data', () => {
  it.each([
    ['%time y = f(x)', ['f', 'x']],
    ['y = %time f(x)', ['f', 'x']],
    ['r = %timeit -o -n 1 f(x)', ['f', 'x']],
    ['%timeit -n1 -r 2 f(x)', ['f', 'x']],
    ['%time for i in range(x): print(i)', ['x']],
    ['%prun -q -s cumulative f(1)', ['f']],
    ['%lprun -f f print(x)', ['f', 'x']],
    ['%%timeit -n1 y = x\nf(y)', ['f', 'x']],
    ['%%capture out\n%%time\nprint(x)', ['x']],
    ['>>> print(x)\n1', ['x']],
    ['In [1]: print(x)', ['x']],
    ['/f x', ['f', 'x']],
    [',f x', ['f']],
    ['%unknown --a x', ['x']],
    ['%%unknown\nselect * from x', ['x']],
    ['%%bash\necho x', []],
    ['!echo {x}', ['x']],
    ['time f(x)', ['f', 'x']],
    ['"""\n%time f(x)\n"""', []],
    ['print((1\n% x))', ['x']]
  ])('%j reads %j', (source, names) => {
    expect(taken('def f(a=0): return a', 'x = 1', source)).toEqual(names);
  });

  it.each([
    '%time y = 1',
    'y = %time 1',
    'y = !ls',
    '%time y = !ls',
    'y = %sql select 1',
    '%sql y << select 1',
    '%%sql y <<\nselect 1',
    '%%bash --out y\nls',
    '%%capture y --no-stderr\n%%bash\nls',
    '%%R -i x -o y\ny <- x',
    '%macro y 1-2',
    '%store -r y',
    '%sc y=ls',
    '>>> y = 1',
    '   y = 1',
    'time y = 1'
  ])('%j binds y', source => {
    expect(taken('x = 1', source, 'print(y)')).toContain('y');
  });

  it('keeps what is timed inside, its setup too', () => {
    expect(taken('x = 1', '%%timeit -n1 x = 2\nx = 3', 'print(x)')).toEqual(['x']);
    const [error] = errorsOf(['%%timeit -n1 z = 2\nz', 'print(z)']);
    expect(error?.message).toContain('`z`');
  });

  it('places what is wrong in the code of a magic', () => {
    const source = 'a = 1\nif a:\n    %time f(1, \\\n      2 3)\n';
    const [problem] = analyseCell(source).problems;
    expect(problem?.from).toBe(source.indexOf('3)'));
  });

  it('keeps all characters in their places', () => {
    const source = '>>> x = """\n... a"""\n>>> %time f(x, \\\n  1)\n>>> y = !ls\n';
    const { source: plain, magics } = plainPython(source);
    expect(plain).toHaveLength(source.length);
    expect([...magics.keys()]).toEqual([source.indexOf('%'), source.indexOf('!')]);
    expect([...magics.values()].map(({ name, line }) => [name, line])).toEqual([
      ['time', ''],
      ['!', 'ls']
    ]);
  });
});

describe('columns in text that a function looks up', () => {
  const table = 'import pandas as pd\nd = pd.DataFrame({"a": [1]})';
  const query = 'def q(t):\n    return t.query("a >= @b")';

  it('are no names of the notebook, and others are read', () => {
    expect(taken(table, query, 'b = 1', 'print(q(d))')).toEqual(['b', 'd', 'q']);
    expect(
      taken(table, query, 'b = 1', 'def r():\n    return q(d)', 'print(r())')
    ).toEqual(['b', 'd', 'q', 'r']);
  });

  it('but names in code must be there', () => {
    expect(errorsOf(['def f():\n    return zz', 'f()'])[0]?.message).toContain('`zz`');
  });
});

describe('options of a magic', () => {
  it.each([
    ['f(x)', 0, []],
    [' -n 10 -r3 f(x)', 10, ['n=10', 'r=3']],
    [' -qo f', 4, []],
    [' -qn 5 f', 6, ['n=5']],
    [' -x f', 0, []],
    [' -- -n f', 3, []],
    [' --long f', 7, []],
    [' -f "a b" c', 9, ['f="a b"']],
    [' -n', 3, ['n=']]
  ])('%j end at %d', (line, end, values) => {
    const read = readOptions(line, 'n:r:qof:');
    expect(read.end).toBe(end);
    expect(read.values.map(([letter, value]) => `${letter}=${value}`)).toEqual(values);
  });
});
