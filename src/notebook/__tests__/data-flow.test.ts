import { errorsOf, inputsOf, pipelineOf, step } from './a-notebook';
import type { CellText } from './a-notebook';

/** What the last cell takes in. */
function lastInputs(...cells: CellText[]): string[] {
  const pipeline = pipelineOf(cells);
  return inputsOf(pipeline, pipeline.steps[pipeline.steps.length - 1]?.id ?? '');
}

describe('data flow between cells', () => {
  it('gives a name to those who read it from the step that wrote it last', () => {
    expect(lastInputs('x = 1', 'x = 2', 'print(x)')).toEqual(['x<-cell-2']);
  });

  it('passes a value on where a step may have written it', () => {
    const cells = ['cfg = {}', 'if input_ready:\n    cfg = {1: 2}', 'print(cfg)'];
    const pipeline = pipelineOf([
      'input_ready = 1\n' + cells[0],
      cells[1] ?? '',
      cells[2] ?? ''
    ]);
    expect(inputsOf(pipeline, 'cell-2')).toContain('cfg<-cell-1');
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['cfg<-cell-2']);
  });

  it.each([
    'globals()[name] = 1',
    'globals().update({name: 1})',
    'exec(f"{name} = 1")'
  ])('takes a name that nothing else defines from %s', source => {
    expect(lastInputs('name = "a"', source, 'print(a)')).toEqual(['a<-cell-2']);
  });

  it('takes no name from exec that was deleted after it', () => {
    const gone = 'try:\n    print(a)\nexcept NameError:\n    pass';
    expect(lastInputs('code = "a = 1"', 'exec(code)', 'a = 2', 'del a', gone)).toEqual(
      []
    );
    expect(lastInputs('code = "a = 1"', 'a = 2', 'del a', 'exec(code)', gone)).toEqual([
      'a<-cell-4'
    ]);
  });

  it('needs no earlier value where both branches write it', () => {
    const pipeline = pipelineOf([
      'k = 1\nc = 2',
      'if c:\n    k = 3\nelse:\n    k = 4',
      'print(k)'
    ]);
    expect(inputsOf(pipeline, 'cell-2')).toEqual(['c<-cell-1']);
  });

  it('ignores names that stay inside comprehensions, lambdas and handlers', () => {
    const middle =
      'y = [x for x in [1]]\nz = (lambda x: x)(2)\ntry:\n    y\nexcept ValueError as e:\n    pass';
    expect(lastInputs('x = 1', middle, 'print(x)')).toEqual(['x<-cell-1']);
  });

  it('lets a walrus out of its comprehension', () => {
    expect(
      lastInputs('data = [1]', 'hits = [last := d for d in data]', 'print(last)')
    ).toEqual(['last<-cell-2']);
  });

  it('ships what a function needs when it is called', () => {
    const inputs = lastInputs(
      'import numpy as np\nk = 2',
      'def inner(v): return np.mean(v) * k',
      'def outer(v): return inner(v)',
      'print(outer([1]))'
    );
    expect(inputs).toEqual([
      'inner<-cell-2',
      'k<-cell-1',
      'np<-cell-1',
      'outer<-cell-3'
    ]);
  });

  it('ships what an alias, a lambda and a method need', () => {
    expect(lastInputs('k = 1\ndef f(): return k', 'g = f', 'print(g())')).toContain(
      'k<-cell-1'
    );
    expect(lastInputs('k = 1', 'f = lambda: k', 'print(f())')).toContain('k<-cell-1');
    const method = 'class A:\n    def m(self): return k';
    expect(lastInputs('k = 1', method, 'a = A()', 'print(a.m())')).toContain(
      'k<-cell-1'
    );
  });

  it('sees globals that a function called by a function changes', () => {
    const code =
      'n = 0\ndef inner():\n    global n\n    n += 1\ndef outer():\n    inner()';
    expect(lastInputs(code, 'outer()', 'print(n)')).toEqual(['n<-cell-2']);
  });

  it('sees that a function changes its argument', () => {
    const code = 'def add(frame, n):\n    frame[n] = 1\nd = {"x": 0}';
    expect(lastInputs(code, 'add(d, "y")', 'print(d)')).toEqual(['d<-cell-2']);
    const read = 'def size(frame):\n    return len(frame)\nd = {"x": 0}';
    expect(lastInputs(read, 'n = size(d)', 'print(d)')).toEqual(['d<-cell-1']);
  });

  it('keeps two names of one object together when it changes', () => {
    const pipeline = pipelineOf([
      'import pandas as pd\ndf = pd.DataFrame()\nsame = df',
      'same["b"] = 1',
      'print(df, same)'
    ]);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['df<-cell-2', 'same<-cell-2']);
  });

  it('takes an alias that another step made from that step', () => {
    const pipeline = pipelineOf(['a = [1]', 'b = a', 'b.append(2)', 'print(a)']);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['a<-cell-2', 'b<-cell-2']);
    expect(inputsOf(pipeline, 'cell-4')).toEqual(['a<-cell-3']);
    expect(inputsOf(pipeline, 'cell-2')).toEqual(['a<-cell-1']);
  });

  it('sees an object inside a container', () => {
    expect(
      lastInputs('rows = [1]\nt = {"r": rows}', 't["r"].append(3)', 'print(rows)')
    ).toEqual(['rows<-cell-2']);
  });

  it('puts two steps that change one object into the order of the notebook', () => {
    const pipeline = pipelineOf([
      'h = {"a": []}',
      'h["a"].append(1)',
      'h["b"] = 2',
      'print(h)'
    ]);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['h<-cell-2']);
    expect(step(pipeline, 'cell-3').after).toContain('cell-2');
  });

  it('hands a model on after fit and leaves the training data alone', () => {
    const pipeline = pipelineOf([
      'from sklearn.linear_model import LinearRegression\nX, y = [[1]], [1]\nm = LinearRegression()',
      'm.fit(X, y)',
      'print(m.predict(X))'
    ]);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['X<-cell-1', 'm<-cell-2']);
  });

  it('finds names that a query or a formula mentions in its text', () => {
    expect(lastInputs('df = load_ = 1\nthr = 2', 'df.query("a > @thr")')).toContain(
      'thr<-cell-1'
    );
    const formula =
      'import statsmodels.formula.api as smf\nd = {}\ndef centre(v): return v';
    expect(lastInputs(formula, 'smf.ols("y ~ centre(x)", d)')).toContain(
      'centre<-cell-1'
    );
  });

  it('binds what match, import a.b, unpacking and with bind', () => {
    const binders =
      'import xml.dom\nfor i, (lo, *hi) in [(1, (2, 3))]:\n    pass\nmatch [1, 2]:\n    case [p, *q]:\n        pass';
    expect(lastInputs(binders, 'print(xml, i, lo, hi, p, q)')).toHaveLength(6);
  });

  it('takes in everything where names are looked up by text', () => {
    expect(lastInputs('a = 1', 'b = 2', 'print(sorted(globals()))')).toEqual([
      'a<-cell-1',
      'b<-cell-2'
    ]);
    expect(lastInputs('a = 1', 'b = 2', 'print("a" in globals())')).toEqual([
      'a<-cell-1'
    ]);
  });

  it('takes names of a star import from the step that has it', () => {
    expect(lastInputs('from tools import *', 'print(clean)')).toEqual([
      'clean<-cell-1'
    ]);
  });

  it('keeps a value that a cell tagged raises-exception may not reach', () => {
    const pipeline = pipelineOf([
      'x = 1',
      { source: 'x = 2\nraise ValueError', tags: ['raises-exception'] },
      'print(x)'
    ]);
    expect(inputsOf(pipeline, 'cell-2')).toEqual(['x<-cell-1']);
  });
});

describe('names that nothing defines', () => {
  it('are an error at their cell, line and column', () => {
    const [error, ...more] = errorsOf(['a = 1', 'b = 2\nprint(a, missing)']);
    expect(more).toEqual([]);
    expect(error).toMatchObject({
      cell: 1,
      id: 'c1',
      line: 2,
      column: 10,
      code: 'undefined-name'
    });
    expect(error?.message).toBe('Nothing in the notebook defines `missing`.');
    expect(error?.fix).toBeDefined();
  });

  it('say so where the name is bound later or was deleted', () => {
    expect(errorsOf(['print(a)', 'a = 1'])[0]?.message).toContain('runs later');
    expect(errorsOf(['a = 1', 'del a', 'print(a)'])[0]?.message).toContain('deleted');
  });

  it('are no error where a missing name is caught, or is a built-in', () => {
    expect(errorsOf(['try:\n    unicode\nexcept NameError:\n    pass'])).toEqual([]);
    expect(errorsOf(['print(len([]), __name__, get_ipython, display)'])).toEqual([]);
  });

  it('are an error where a called function needs them', () => {
    expect(errorsOf(['def f(): return nowhere', 'f()'])[0]).toMatchObject({
      cell: 1,
      code: 'undefined-name'
    });
    expect(errorsOf(['def f(): return nowhere'])).toEqual([]);
  });
});

describe('names that are bound by other ways than their name', () => {
  it.each([
    'globals().update({"a": 10})',
    'for n in ["a"]: globals()[n] = 20',
    'get_ipython().user_ns["a"] = 7',
    'get_ipython().push({"a": 7})',
    'import sys\nsetattr(sys.modules["__main__"], "a", 5)',
    'import __main__\n__main__.a = 5'
  ])('are taken from the step that may have bound them: %s', source => {
    expect(lastInputs('a = 1', source, 'print(a)')).toContain('a<-cell-2');
  });
});

describe('what is gone', () => {
  it('waits for the step that deleted the name', () => {
    const pipeline = pipelineOf([
      'a = b = [1]',
      'del a',
      'try:\n    a\nexcept NameError:\n    b.append(2)'
    ]);
    expect(step(pipeline, 'cell-3').after).toContain('cell-2');
  });
});

describe('a frame and its style', () => {
  it('are one object for later changes', () => {
    const pipeline = pipelineOf([
      'import pandas as pd\ndf = pd.DataFrame({"a": [1]})',
      'st = df.style.format("{:.1f}").set_caption("c")',
      'df["b"] = 2',
      'st.data'
    ]);
    expect(inputsOf(pipeline, 'cell-3')).toContain('st<-cell-2');
  });
});
