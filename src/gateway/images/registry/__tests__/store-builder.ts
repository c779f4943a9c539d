import { inspect } from 'node:util';

import { parseRepository } from '../../../../contract/image-reference';
import { RegistryClient } from '../registry-client';
import { RegistryStore } from '../registry-store';

const opened: RegistryStore[] = [];

afterAll(() => Promise.all(opened.splice(0).map(store => store.close())));

/** A repository of a registry, asked by somebody without a login; closed after the tests. */
export function openStore(
  repository: string,
  options: Partial<RegistryClient.IOptions> = {}
): RegistryStore {
  const store = new RegistryStore(
    new RegistryClient({
      repository: parseRepository(repository),
      ca: null,
      plainHttp: null,
      environment: { HOME: '/nonexistent', XDG_RUNTIME_DIR: '/nonexistent' },
      pause: 20,
      ...options
    })
  );
  opened.push(store);
  return store;
}

/** Everything that a failure holds, at any depth. */
export async function failureOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => 'it succeeded',
    (reason: unknown) => reason
  );
  return inspect(error, { depth: 9, showHidden: true });
}
