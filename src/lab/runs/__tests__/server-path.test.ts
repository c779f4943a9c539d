import { isSameFile, serverPath } from '../server-path';

describe('an absolute path below the server’s root', () => {
  it.each([
    ['/srv/work/a/b.ipynb', '/srv/work', 'a/b.ipynb'],
    ['/srv/work/b.ipynb', '/srv/work/', 'b.ipynb'],
    ['/home/ada/work/a/b.ipynb', '~/work', 'a/b.ipynb'],
    ['/home/ada/b.ipynb', '~', 'b.ipynb'],
    ['/root/work/b.ipynb', '~/work', 'b.ipynb'],
    ['/data/users/ada/work/b.ipynb', '~/work', 'b.ipynb']
  ])('%s in %s is %s', (absolute, root, path) => {
    expect(serverPath(absolute, root)).toBe(path);
  });

  it.each([
    ['/etc/b.ipynb', '/srv/work'],
    ['/srv/workshop/b.ipynb', '/srv/work'],
    ['/home/ada/other/b.ipynb', '~/work']
  ])('%s lies outside of %s', (absolute, root) => {
    expect(serverPath(absolute, root)).toBeNull();
  });

  it('is the same file as its path in the browser', () => {
    expect(isSameFile('/srv/work/a/demand.ipynb', 'a/demand.ipynb')).toBe(true);
    expect(isSameFile('/srv/work/a/demand.ipynb', 'mand.ipynb')).toBe(false);
  });
});
