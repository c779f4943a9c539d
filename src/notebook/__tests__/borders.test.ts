import { pipelineOf } from './a-notebook';

describe('values that end with their process', () => {
  it.each([
    [
      'an object that says something when it ends',
      'class Noisy:\n    def __del__(self): print("bye")\na = Noisy()',
      'del a',
      'live-object',
      'a'
    ],
    [
      'an object whose base says something when it ends',
      'class Base:\n    def __del__(self): pass\nclass Own(Base): pass\na = Own()',
      'print(a)',
      'live-object',
      'a'
    ],
    [
      'a buffer that with has closed',
      'import io\nwith io.StringIO("t") as fh:\n    body = fh.read()',
      'print(fh.closed)',
      'open-file',
      'fh'
    ],
    [
      'a formula that mentions names of the notebook',
      'import statsmodels.formula.api as smf\ndef centre(v): return v\nd = {}\nfit = smf.ols("y ~ centre(x)", d).fit()',
      'print(fit.params)',
      'live-object',
      'fit'
    ],
    [
      'what a pattern has found',
      'import re\np = re.compile("a")\nm = p.search("abc")',
      'print(m.span())',
      'live-object',
      'm'
    ]
  ])('join the steps that share %s', (_, first, second, reason, variable) => {
    expect(pipelineOf([first, second]).joins).toMatchObject([{ reason, variable }]);
  });

  it('join a step that makes another object of the same class', () => {
    const noisy = 'class Noisy:\n    def __del__(self): print("bye")\na = Noisy()';
    expect(pipelineOf([noisy, 'b = Noisy()', 'del a', 'print(b)']).steps).toHaveLength(
      1
    );
  });

  it.each([
    [
      'what was read from the buffer',
      'import io\nwith io.StringIO("t") as fh:\n    body = fh.read()',
      'print(body)'
    ],
    [
      'a buffer that is open',
      'import io\nfh = io.StringIO("t")',
      'print(fh.getvalue())'
    ],
    [
      'a formula over columns only',
      'import statsmodels.formula.api as smf\nd = {}\nfit = smf.ols("y ~ x", d).fit()',
      'print(fit.params)'
    ],
    [
      'an object without an end of its own',
      'class A:\n    def __repr__(self): return "a"\na = A()',
      'print(a)'
    ],
    ['a pattern', 'import re\np = re.compile("a")', 'print(p.findall("abc"))']
  ])('keep apart steps that share %s', (_, first, second) => {
    expect(pipelineOf([first, second]).joins).toEqual([]);
  });
});
