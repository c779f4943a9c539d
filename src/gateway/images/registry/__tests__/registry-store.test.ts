import { rmSync } from 'node:fs';

import { temporaryFolder } from '../../../__tests__/core-builder';
import { describeImageStore } from '../../__tests__/image-store-contract';
import { describeWithRegistry, RegistryServer } from './registry-server';
import { openStore } from './store-builder';

describeWithRegistry('a repository of a registry', () => {
  const folder = temporaryFolder();
  const server = new RegistryServer(folder);
  beforeAll(() => server.start());
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  let count = 0;
  describeImageStore(async () => ({
    store: openStore(`${server.host}/team/models${count++}`),
    other: openStore(`${server.host}/other${count++}`)
  }));
});
