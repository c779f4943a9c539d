import { waitFor } from '@testing-library/dom';

import * as cluster from '../../__tests__/cluster-story';
import { disconnectAll } from '../../__tests__/connected';
import { apiError } from '../../__tests__/fake-server';
import { openCluster, type IOpenCluster } from './open-cluster';

let opened: IOpenCluster | null = null;

afterEach(() => {
  opened?.model.dispose();
  disconnectAll();
});

function open(...of: Parameters<typeof openCluster>): IOpenCluster {
  opened = openCluster(...of);
  return opened;
}

const folders = ({ server }: IOpenCluster): string[] =>
  server.calls('cluster').map(({ query }) => query.path);

/** Long enough for a request that should not be sent. */
const pause = (): Promise<void> => new Promise(done => setTimeout(done, 50));

describe('the cluster of the project in front', () => {
  it('is asked for only while somebody looks', async () => {
    const test = open([cluster.clusterStatus()]);
    await test.connect();
    await pause();
    expect(folders(test)).toEqual([]);
    test.model.isActive = true;
    await waitFor(() => expect(test.model.status?.identity?.user).toBe('anna'));
    expect(folders(test)).toEqual(['bike/']);
    test.model.isActive = false;
    test.open('taxi/demand.ipynb');
    await pause();
    expect(folders(test)).toEqual(['bike/']);
  });

  it('is asked for once the gateway is there', async () => {
    const test = open([cluster.clusterStatus()], 'demand.ipynb');
    test.model.isActive = true;
    await pause();
    expect(folders(test)).toEqual([]);
    await test.connect();
    await waitFor(() => expect(test.model.status).not.toBeNull());
    expect(folders(test)).toEqual(['./']);
  });

  it('is another one in another folder, and the same in the same', async () => {
    const test = open([cluster.clusterStatus(), null]);
    await test.connect();
    test.model.isActive = true;
    await waitFor(() => expect(test.model.status).not.toBeNull());
    test.open('bike/report.ipynb');
    expect(test.model.status).not.toBeNull();
    test.open('taxi/demand.ipynb');
    expect(test.model.status).toBeNull();
    await waitFor(() => expect(folders(test)).toEqual(['bike/', 'taxi/']));
  });

  it('is none for what a run has left, and without a notebook', async () => {
    const test = open([cluster.clusterStatus()]);
    await test.connect();
    test.model.isActive = true;
    await waitFor(() => expect(test.model.status).not.toBeNull());
    test.open(null);
    expect(test.model.status).toBeNull();
    await pause();
    expect(folders(test)).toEqual(['bike/']);
  });

  it('is looked for again when mlops.yaml is saved, and no other file', async () => {
    const test = open([null, cluster.clusterStatus()]);
    await test.connect();
    test.model.isActive = true;
    await waitFor(() => expect(folders(test)).toHaveLength(1));
    test.save('bike/notes.txt');
    await pause();
    expect(folders(test)).toHaveLength(1);
    test.save('bike/mlops.yaml');
    await waitFor(() => expect(test.model.status).not.toBeNull());
  });

  it('says why mlops.yaml does not tell it, until another project is in front', async () => {
    const test = open([null]);
    test.server.on('cluster', apiError(422, 'project-invalid', 'Line 3 is wrong.'));
    await test.connect();
    test.model.isActive = true;
    await waitFor(() => expect(test.model.error?.message).toBe('Line 3 is wrong.'));
    test.open(null);
    await waitFor(() => expect(test.model.error).toBeNull());
  });

  it('is acted on as somebody else only as the user was shown', async () => {
    const test = open([cluster.changedIdentity()]);
    const { server, model } = test;
    await test.connect();
    model.isActive = true;
    await waitFor(() =>
      expect(model.status?.problem?.code).toBe('cluster-identity-changed')
    );
    server.on('acceptIdentity', { cluster: cluster.clusterStatus() });
    await model.accept({ user: 'bob', server: 'https://api.dev.example.com:6443' });
    expect(server.calls('acceptIdentity').map(({ body }) => body)).toEqual([
      { path: 'bike/', user: 'bob', server: 'https://api.dev.example.com:6443' }
    ]);
    expect(model.status?.problem).toBeNull();
  });
});
