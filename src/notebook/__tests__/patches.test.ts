import { inputsOf, pipelineOf, step } from './a-notebook';

/** What the last of these cells says before its own source, and what it takes in. */
function lastStep(...cells: string[]): { again: string[]; inputs: string[] } {
  const pipeline = pipelineOf(cells);
  const id = pipeline.steps[pipeline.steps.length - 1]?.id ?? '';
  const again = step(pipeline, id).cells.filter(({ repeated }) => repeated);
  return { again: again.map(({ source }) => source), inputs: inputsOf(pipeline, id) };
}

describe('what is changed in packages', () => {
  it.each([
    ['a method', 'pd.DataFrame.double = double'],
    ['a method by its name', 'setattr(pd.DataFrame, "double", double)'],
    ['a property', 'pd.DataFrame.double = property(double)'],
    ['a function', 'pd.double = double'],
    ['how objects are stored', 'import copyreg\ncopyreg.pickle(int, double)'],
    ['what errors become', 'import codecs\ncodecs.register_error("q", double)']
  ])('is changed again in later steps: %s', (_, patch) => {
    const { again, inputs } = lastStep(
      'import pandas as pd\nk = 2\ndf = pd.DataFrame()\ndef double(self): return self * k',
      patch,
      'df.double()'
    );
    expect(again).toEqual([patch.split('\n').pop()]);
    expect(inputs).toEqual(expect.arrayContaining(['double<-cell-1', 'k<-cell-1']));
  });

  it('is told again to a package by a decorator', () => {
    const { again, inputs } = lastStep(
      'import pandas as pd',
      '@pd.api.extensions.register_dataframe_accessor("geo")\nclass Geo:\n    def __init__(self, df): self.df = df',
      'print(pd.DataFrame().geo)'
    );
    expect(again).toEqual([
      'pd.api.extensions.register_dataframe_accessor("geo")(Geo)'
    ]);
    expect(inputs).toContain('Geo<-cell-2');
  });

  it('is imported again where it is imported for its effect', () => {
    const enable = 'from sklearn.experimental import enable_iterative_imputer';
    expect(
      lastStep(enable, 'from sklearn.impute import IterativeImputer').again
    ).toEqual([enable]);
  });

  it.each([
    ['counts', 'def f(self):\n    seen.append(1)'],
    ['is an object', 'class F:\n    def __call__(self): self.n = 1\nf = F()']
  ])('joins all later steps where what it is changed to %s', (_, definition) => {
    const { joins } = pipelineOf([
      `import pandas as pd\ndf = pd.DataFrame()\nseen = []\n${definition}`,
      'pd.DataFrame.f = f',
      'df.f()'
    ]);
    expect(joins.map(({ reason }) => reason)).toEqual(['module-state']);
  });
});

it.each([
  ['values are loaded', 'import pickle', 'pickle.loads(b"x")'],
  ['a file is loaded', 'import joblib', 'joblib.load("m.joblib")'],
  ['tests run', 'import unittest', 'unittest.main(argv=["x"], exit=False)']
])('takes classes of the notebook where %s', (_, load, call) => {
  const { inputs } = lastStep(`${load}\nclass A: pass`, call);
  expect(inputs).toContain('A<-cell-1');
});
