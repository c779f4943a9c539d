import type { IGitAddress } from '../../../../contract/git-address';

type Forge = 'github' | 'gitlab' | 'gitea' | 'bitbucket';

/** Hosts whose name says what runs there. A forge on a host of another name is not guessed. */
const HOSTS: [RegExp, Forge][] = [
  [/^(ssh\.)?github\.com$|^github\./, 'github'],
  [/^(altssh\.)?gitlab\.com$|^gitlab\.|\.gitlab\./, 'gitlab'],
  [/^(altssh\.)?bitbucket\.org$/, 'bitbucket'],
  [/^codeberg\.org$|^gitea\.|^forgejo\.|\.gitea\.com$|^gitea\.com$/, 'gitea']
];
const SAME_HOST: Record<string, string> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
  'altssh.bitbucket.org': 'bitbucket.org'
};

/** The page of a forge where a branch is asked to be merged; null where the forge is not known. */
export function changeRequestLink(
  address: IGitAddress,
  branch: string,
  into: string
): string | null {
  const forge = HOSTS.find(([name]) => name.test(address.host))?.[1];
  if (!forge || address.kind === 'file' || !address.path.includes('/')) {
    return null;
  }
  const host = SAME_HOST[address.host] ?? address.host;
  // An ssh port says nothing about the forge's pages.
  const port = address.kind !== 'ssh' && address.port ? `:${address.port}` : '';
  const scheme = address.kind === 'http' ? 'http' : 'https';
  const root = `${scheme}://${host}${port}/${address.path.split('/').map(escaped).join('/')}`;
  const [from, to] = [branch, into].map(name => name.split('/').map(escaped).join('/'));
  switch (forge) {
    case 'github':
      return `${root}/compare/${to}...${from}?expand=1`;
    case 'gitlab':
      return `${root}/-/merge_requests/new?${query({
        'merge_request[source_branch]': branch,
        'merge_request[target_branch]': into
      })}`;
    case 'gitea':
      return `${root}/compare/${to}...${from}`;
    case 'bitbucket':
      return `${root}/pull-requests/new?${query({ source: branch, dest: into })}`;
  }
}

function escaped(part: string): string {
  return encodeURIComponent(decoded(part));
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function query(values: Record<string, string>): string {
  return new URLSearchParams(values).toString();
}
