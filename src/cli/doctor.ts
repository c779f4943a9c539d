import type { Command } from 'commander';

import { reportCluster } from './cluster';
import { EXIT, withClient } from './command';
import { table } from './output';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('what works here, what does not, and why')
    .option('--json', 'one JSON document on standard output')
    .action(async (_options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        // The first request waits for the gateway that holds the lease.
        await client.call('listRuns', { query: { limit: 1 } });
        const status = await client.call('status');
        const { cluster } = await client.call('cluster');
        output.result({ ...status, cluster });
        output.line(`version   ${status.version}, Node ${status.node}`);
        output.line(`data home ${status.home}`);
        output.line(
          `user      ${status.user.name}${status.user.asserted ? ' (asserted)' : ''}`
        );
        output.line(
          status.leader
            ? 'gateway   none is up: this command did the work itself'
            : 'gateway   another one is up and does the work'
        );
        output.line('');
        output.line(
          table(
            ['stage', 'adapter', 'state', 'detail'],
            status.adapters.map(({ stage, adapter, state, detail }) => [
              stage,
              adapter,
              state,
              detail
            ])
          )
        );
        status.warnings.forEach(warning => output.line(`warning: ${warning}`));
        if (cluster) {
          output.line('');
        }
        const onCluster = cluster ? reportCluster(output, cluster) : EXIT.done;
        return status.adapters.some(({ state }) => state === 'failed')
          ? EXIT.failed
          : onCluster;
      })
    );
}
