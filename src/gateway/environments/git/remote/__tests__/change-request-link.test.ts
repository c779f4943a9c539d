import { isGitAddress, readGitAddress } from '../../../../../contract/git-address';
import { changeRequestLink } from '../change-request-link';
import { redact } from '../redact';

const link = (url: string, branch = 'changes/p-1', into = 'main'): string | null => {
  const address = readGitAddress(url);
  return isGitAddress(address)
    ? changeRequestLink(address, branch, into)
    : 'no address';
};

test.each([
  [
    'git@github.com:team/gitops.git',
    'https://github.com/team/gitops/compare/main...changes/p-1?expand=1'
  ],
  [
    'ssh://git@ssh.github.com:443/team/gitops.git',
    'https://github.com/team/gitops/compare/main...changes/p-1?expand=1'
  ],
  [
    'https://gitlab.com/group/sub/gitops.git',
    'https://gitlab.com/group/sub/gitops/-/merge_requests/new?merge_request%5Bsource_branch%5D=changes%2Fp-1&merge_request%5Btarget_branch%5D=main'
  ],
  [
    'ssh://git@gitlab.example.org:2222/ml/gitops.git',
    'https://gitlab.example.org/ml/gitops/-/merge_requests/new?merge_request%5Bsource_branch%5D=changes%2Fp-1&merge_request%5Btarget_branch%5D=main'
  ],
  [
    'http://gitea.local:3000/ml/gitops.git',
    'http://gitea.local:3000/ml/gitops/compare/main...changes/p-1'
  ],
  [
    'https://codeberg.org/ml/gitops',
    'https://codeberg.org/ml/gitops/compare/main...changes/p-1'
  ],
  [
    'git@bitbucket.org:ml/gitops.git',
    'https://bitbucket.org/ml/gitops/pull-requests/new?source=changes%2Fp-1&dest=main'
  ]
])('%s', (url, expected) => expect(link(url)).toBe(expected));

test.each([
  'file:///srv/github.com/x.git',
  'https://git.example.org/ml/gitops.git',
  'https://notgithub.com/ml/gitops',
  'https://github.com/gitops'
])('%s has no page that is known', url => expect(link(url)).toBeNull());

test('nothing in a path or a branch leaves its place in the link', () => {
  expect(link('https://github.com/a/b%2F"><x', 'changes/a?b#c')).toBe(
    'https://github.com/a/b%2F%22%3E%3Cx/compare/main...changes/a%3Fb%23c?expand=1'
  );
});

test.each([
  [
    "unable to access 'https://anna:geheim@host/x'",
    "unable to access 'https://…@host/x'"
  ],
  ['https://ghp_geheim@host/x', 'https://…@host/x'],
  ['ssh://git:geheim@host/x', 'ssh://git:…@host/x'],
  ['> Authorization: Basic Z2VoZWlt', '> Authorization: Basic …']
])('%s is shown as %s', (text, shown) => expect(redact(text)).toBe(shown));
