import { join } from 'node:path';

import { isGitAddress, readGitAddress } from '../../../../../contract/git-address';
import { RemoteRepository } from '../remote-repository';

/** A repository for the remote at an address, with what it read in a folder of its own. */
export function remoteAt(
  url: string,
  home: string,
  options: Partial<RemoteRepository.IOptions> = {}
): RemoteRepository {
  const address = readGitAddress(url);
  if (!isGitAddress(address)) {
    throw new Error(address.message);
  }
  return new RemoteRepository({
    folder: join(home, 'remote.git'),
    address,
    settings: { branch: 'main', mode: 'push' },
    user: 'anna',
    warn: () => undefined,
    patience: { look: 3_600_000, certainty: 3000, call: 20_000 },
    ...options
  });
}
