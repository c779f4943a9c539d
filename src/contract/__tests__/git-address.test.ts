import { isGitAddress, readGitAddress } from '../git-address';

test.each([
  ['https://GitHub.com/team/gitops.git', 'https', 'github.com', '', 'team/gitops'],
  ['https://git.example:8443/a/b/', 'https', 'git.example', '8443', 'a/b'],
  ['http://127.0.0.1:3000/x', 'http', '127.0.0.1', '3000', 'x'],
  ['http://[::1]/x', 'http', '[::1]', '', 'x'],
  ['ssh://git@host:2222/team/gitops.git', 'ssh', 'host', '2222', 'team/gitops'],
  ['git@github.com:team/gitops.git', 'ssh', 'github.com', '', 'team/gitops'],
  ['alias:gitops', 'ssh', 'alias', '', 'gitops'],
  ['file:///srv/gitops.git', 'file', '', '', 'srv/gitops'],
  ['/srv/gitops.git', 'file', '', '', 'srv/gitops']
])('%s is read', (url, kind, host, port, path) => {
  expect(readGitAddress(url)).toEqual({ url, kind, host, port, path });
});

test.each([
  'https://anna:secret@host/x',
  'https://ghp_secret@github.com/x/y',
  'https://a:b@c@host/x',
  'ssh://git:secret@host/x'
])('%s: a secret is refused, and not repeated', url => {
  const read = readGitAddress(url);
  expect(read).toEqual({ message: expect.stringContaining('credential.helper') });
  expect(JSON.stringify(read)).not.toContain('secret');
});

test.each([
  '',
  'gitops',
  './gitops',
  '-oProxyCommand=x',
  'ext::sh -c x',
  'ext::x',
  'ssh://-oProxyCommand=x/y',
  'ssh://-l@host/y',
  '-x@host:y',
  'git://host/x',
  'ftp://host/x',
  'https://host',
  'https:///x',
  'https://host/x?token=1',
  'file://host/x',
  'https://ho st/x',
  'https://host/x\n',
  'C:\\git'
])('%j is no address', url => {
  expect(isGitAddress(readGitAddress(url))).toBe(false);
});
