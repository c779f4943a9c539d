import { isOutside, notebookPath } from '../notebook-path';

test('a relative path stands below the root of the server', () => {
  expect(notebookPath('a/b.ipynb', '/srv')).toBe('/srv/a/b.ipynb');
});

test('an absolute path stays', () => {
  expect(notebookPath('/home/anna/../b.ipynb', '/srv')).toBe('/home/b.ipynb');
});

test.each(['../b.ipynb', 'a/../../b.ipynb', '..'])(
  '%j leads out and is refused',
  path => {
    expect(() => notebookPath(path, '/srv/lab')).toThrow(/is not a notebook/);
  }
);

test('a NUL character is refused', () => {
  expect(() => notebookPath('a\0.ipynb', '/srv')).toThrow(/is not a notebook/);
});

test('names that only begin with dots are inside', () => {
  expect(notebookPath('..b.ipynb', '/srv')).toBe('/srv/..b.ipynb');
  expect(isOutside('/srv', '/srv/..b')).toBe(false);
  expect(isOutside('/srv', '/srv')).toBe(false);
  expect(isOutside('/srv', '/srvother')).toBe(true);
});
