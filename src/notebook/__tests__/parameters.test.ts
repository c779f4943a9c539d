import { readNotebook } from '../cells';
import { parametersOf } from '../parameters';
import { aNotebook } from './a-notebook';

/** The parameters of a cell as `name: type = value`. */
function found(source: string): string[] {
  const notebook = readNotebook(aNotebook([{ md: '# A' }, source]));
  const cell = 'cells' in notebook ? notebook.cells[1] : undefined;
  return (cell ? parametersOf(cell) : []).map(
    item =>
      `${item.name}: ${item.type} = ${JSON.stringify(item.default)} (${item.cell})`
  );
}

describe('a parameter', () => {
  it.each<[string, string]>([
    ['a = 1', 'int = 1'],
    ['a = -1', 'int = -1'],
    ['a = +1', 'int = 1'],
    ['a = - - 1', 'int = 1'],
    ['a = 1_000', 'int = 1000'],
    ['a = 0x1E', 'int = 30'],
    ['a = 0Xff', 'int = 255'],
    ['a = 0b11', 'int = 3'],
    ['a = 0B11', 'int = 3'],
    ['a = 0o17', 'int = 15'],
    ['a = (0xe)', 'int = 14'],
    ['a = -0xe', 'int = -14'],
    ['a = 1.5', 'float = 1.5'],
    ['a = 1.', 'float = 1'],
    ['a = 1e3', 'float = 1000'],
    ['a = 1E3', 'float = 1000'],
    ['a = -2.5', 'float = -2.5'],
    ['a = ((3))', 'int = 3'],
    ['a = True', 'bool = true'],
    ['a = False', 'bool = false'],
    ['a = None', 'none = null'],
    ['a = "x"', 'str = "x"'],
    ['a = "x" \'y\'', 'str = "xy"'],
    ['a = r"\\n"', 'str = "\\\\n"'],
    ['a = []', 'list = []'],
    ['a = [1, "b", [None]]', 'list = [1,"b",[null]]'],
    ['a = (1, 2)', 'list = [1,2]'],
    ['a = {}', 'dict = {}'],
    ['a = {"k": 1, "l": [2]}', 'dict = {"k":1,"l":[2]}'],
    ['a: int = 1', 'int = 1'],
    ['a: float = 1', 'float = 1'],
    ['a: str = None', 'str = null'],
    ['a: bool = False', 'bool = false'],
    ['a: list = None', 'list = null'],
    ['a: List[int] = None', 'list = null'],
    ['a: typing.Sequence[str] = None', 'list = null'],
    ['a: tuple[int] = None', 'list = null'],
    ['a: dict[str, int] = None', 'dict = null'],
    ['a: typing.Mapping = None', 'dict = null'],
    ['a: "int" = 1.5', 'float = 1.5'],
    ['a: integer = 1.5', 'float = 1.5'],
    ['a: listing = 1', 'int = 1'],
    ['a: xlist = 1', 'int = 1'],
    ['a: Optional[int] = 2', 'int = 2'],
    ['a = 1  # why', 'int = 1'],
    ['%matplotlib inline\na = 1', 'int = 1']
  ])('%s', (source, parameter) => {
    expect(found(source)).toEqual([`a: ${parameter} (1)`]);
  });

  it.each([
    'a = b',
    'a = f()',
    'a = [b]',
    'a = {"k": b}',
    'a = {b: 1}',
    'a = {1: 2}',
    'a = {**b}',
    'a = {"k": 1, **b}',
    'a = 1 + 1',
    'a = not True',
    'a = -"x"',
    'a = -b',
    'a = b"x"',
    'a = f"x"',
    'a = "x" f"{b}"',
    'a = 2j',
    'a = 1e999',
    'a = b = 1',
    'a = 1, 2',
    'a, b = 1, 2',
    'a.b = 1',
    'a[0] = 1',
    'a: int',
    'a += 1',
    'if True:\n    a = 1',
    'def f():\n    a = 1',
    'print(1)',
    ''
  ])('is not: %s', source => {
    expect(found(source)).toEqual([]);
  });

  it('is what its name is bound to last', () => {
    expect(found('a = 1\nb = 2\na = "x"')).toEqual([
      'a: str = "x" (1)',
      'b: int = 2 (1)'
    ]);
    expect(found('a = 1\na = f()')).toEqual([]);
    expect(found('a = 1; b = 2')).toEqual(['a: int = 1 (1)', 'b: int = 2 (1)']);
  });
});
