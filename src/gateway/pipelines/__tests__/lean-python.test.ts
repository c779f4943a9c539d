import { leanPython } from '../lean-python';

it('leaves out what only people read, and keeps each line where it is', () => {
  const source = [
    '"""What a module',
    'is."""',
    'from __future__ import annotations  # first',
    'def f():',
    '    """Do nothing."""',
    'text = "# no comment"'
  ].join('\n');
  expect(leanPython(source)).toBe(
    [
      '',
      '',
      'from __future__ import annotations  ',
      'def f():',
      '    0',
      'text = "# no comment"'
    ].join('\n')
  );
});
