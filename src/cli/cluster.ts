import type { Command } from 'commander';
import { z } from 'zod';

import type { ClusterStatus } from '../contract/cluster';
import { MlopsError } from '../contract/mlops-error';
import { EXIT, withClient } from './command';
import { printError, table, type IOutput } from './output';

/** What the details of `cluster-identity-changed` hold. */
const Changed = z.object({ now: z.object({ user: z.string(), server: z.string() }) });

export function addCluster(program: Command): void {
  const cluster = program
    .command('cluster')
    .description('the cluster that this folder’s mlops.yaml names, and as whom')
    .option('--json', 'one JSON document on standard output');

  cluster
    .command('show', { isDefault: true })
    .description('who acts there, and what is installed and allowed')
    .action(async (_options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const reply = await client.call('cluster');
        output.result(reply);
        if (reply.cluster === null) {
          output.line('mlops.yaml names no cluster: everything is on this computer.');
          return EXIT.done;
        }
        return reportCluster(output, reply.cluster);
      })
    );

  cluster
    .command('accept <user>')
    .description('act from now on as this user, whom the context means today')
    .action(async (user: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const { problem } = (await client.call('cluster')).cluster ?? { problem: null };
        const changed = Changed.safeParse(problem?.details);
        if (problem?.code !== 'cluster-identity-changed' || !changed.success) {
          throw new MlopsError('refused', {
            code: 'identity-not-changed',
            message: 'There is no change of identity to accept.',
            action: 'See `jupyter mlops cluster`.'
          });
        }
        const { server } = changed.data.now;
        const reply = await client.call('acceptIdentity', { body: { user, server } });
        output.result(reply);
        return reportCluster(output, reply.cluster);
      })
    );
}

/** `anna@ml-team on api-ocp`, and what each adapter finds there. */
export function reportCluster(output: IOutput, status: ClusterStatus): number {
  const { identity, version, problem, adapters } = status;
  if (identity) {
    const { user, namespace, cluster, server, context, proven } = identity;
    output.line(
      `cluster   ${user}${proven ? '' : ' (not proven)'}@${namespace} on ${cluster}`
    );
    output.line(
      `          ${server}${version === null ? '' : `, ${version}`}, ${context === null ? "the pod's service account" : `context ${context}`}`
    );
  }
  if (problem) {
    printError(problem);
    return EXIT.failed;
  }
  output.line(
    table(
      ['stage', 'on the cluster', 'state', 'detail'],
      adapters.map(({ stage, adapter, state, detail }) => [
        stage,
        adapter,
        state,
        detail
      ])
    )
  );
  return EXIT.done;
}
