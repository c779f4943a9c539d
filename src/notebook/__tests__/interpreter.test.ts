import { interpreterUse } from '../ipython/interpreter-use';
import { errorsOf, inputsOf, pipelineOf } from './a-notebook';

const IPYTHON = 'ipython-state';

describe('names bound through the interpreter', () => {
  it.each([
    ['the namespace of the shell', 'get_ipython().user_ns["a"] = 7'],
    ['an attribute of the main module', 'import __main__\n__main__.a = 5'],
    ['setattr', 'import sys\nsetattr(sys.modules["__main__"], "a", 5)'],
    ['its own name', 'import sys\nsys.modules[__name__].a = 5'],
    ['a cell that is run', 'get_ipython().run_cell("a = 9")'],
    ['globals().update', 'globals().update({"a": 10})'],
    ['a computed key', 'for name in ["a"]:\n    globals()[name] = 20'],
    ['code that is a value', 'text = "a = 3"\nexec(text)'],
    ['a script', '%run script.py']
  ])('reach later cells: %s', (_, source) => {
    const pipeline = pipelineOf(['a = 1', source, 'print(a)']);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['a<-cell-2']);
  });

  it('are no matter where a cell only asks whether it is the main program', () => {
    const pipeline = pipelineOf([
      'a = 1',
      'if __name__ == "__main__":\n    x = 1',
      'a'
    ]);
    expect(inputsOf(pipeline, 'cell-3')).toEqual(['a<-cell-1']);
    expect(interpreterUse('# __main__').namespace).toBe(false);
  });
});

describe('what IPython keeps of earlier cells', () => {
  it.each(['_', '__', 'In[1]', 'Out[1]', '_i2', '%history -n 1-2', '%tb'])(
    'joins them with the cell that asks: %s',
    source => {
      const { steps, joins } = pipelineOf(['1', 'x = 2', source, 'x']);
      expect(steps).toHaveLength(2);
      expect(joins[0]).toMatchObject({ reason: IPYTHON });
    }
  );

  it('joins who asks for the last error', () => {
    const pipeline = pipelineOf(['x = 2', 'import sys\nprint(sys.last_value)']);
    expect(pipeline.joins).toMatchObject([{ reason: IPYTHON }]);
  });

  it.each([
    'update_display("b", display_id="p")',
    'display("b", display_id="p", update=True)'
  ])('joins who replaces a display by its name: %s', source => {
    const shown = 'from IPython.display import display, update_display';
    const { steps } = pipelineOf([shown, 'display("a", display_id="p")', '1', source]);
    expect(steps.map(({ cells }) => cells.length)).toEqual([1, 2, 1]);
    expect(errorsOf([shown, source])).toEqual([]);
  });
});
