import type { ClusterStatus } from '../../contract/cluster';
import { reportCluster } from '../cluster';
import { EXIT } from '../command';
import type { IOutput } from '../output';

const STATUS: ClusterStatus = {
  identity: {
    source: 'kubeconfig',
    context: 'dev',
    user: 'anna',
    groups: [],
    proven: true,
    namespace: 'ml-team',
    cluster: 'api-example',
    server: 'https://api.example:6443'
  },
  version: 'v1.34.4',
  problem: null,
  adapters: [
    {
      stage: 'pipelines',
      adapter: 'tekton',
      state: 'ready',
      detail: 'Tekton in ml-team'
    }
  ],
  engine: 'tekton'
};

describe('the report of a cluster', () => {
  const lines: string[] = [];
  const output: IOutput = {
    json: false,
    line: text => lines.push(text),
    progress: () => undefined,
    result: () => undefined,
    error: () => undefined
  };
  beforeEach(() => {
    lines.length = 0;
  });

  it('says who acts where, and what each adapter finds', () => {
    expect(reportCluster(output, STATUS)).toBe(EXIT.done);
    expect(lines.join('\n')).toBe(
      [
        'cluster   anna@ml-team on api-example',
        '          https://api.example:6443, v1.34.4, context dev',
        'stage      on the cluster  state  detail',
        'pipelines  tekton          ready  Tekton in ml-team'
      ].join('\n')
    );
  });

  it('marks a name that nothing has proven', () => {
    const identity = STATUS.identity && { ...STATUS.identity, proven: false };
    reportCluster(output, { ...STATUS, identity });
    expect(lines[0]).toBe('cluster   anna (not proven)@ml-team on api-example');
  });

  it('fails where nobody can act there', () => {
    const printed = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    const problem = { code: 'context-unknown', message: 'There is no context ‘dev’.' };
    const status = { ...STATUS, identity: null, problem, adapters: [] };
    expect(reportCluster(output, status)).toBe(EXIT.failed);
    expect(printed).toHaveBeenCalledWith('There is no context ‘dev’.\n');
    printed.mockRestore();
  });
});
