import type { Command } from 'commander';

import { withClient } from './command';
import { table } from './output';

export function addAlerts(program: Command): void {
  const alerts = program
    .command('alerts')
    .description('list and silence alerts')
    .option('--json', 'one JSON document on standard output');

  alerts
    .command('list', { isDefault: true })
    .description('all alerts, firing first')
    .action(async (_options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const reply = await client.call('listAlerts');
        output.result(reply);
        output.line(
          table(
            ['state', 'environment', 'model', 'version', 'since', 'what', 'id'],
            reply.alerts.map(alert => [
              alert.state,
              alert.environment,
              alert.model,
              `v${alert.version}`,
              alert.firingSince ?? alert.pendingSince,
              alert.summary,
              alert.id
            ])
          )
        );
      })
    );

  alerts
    .command('silence <id>')
    .description('keep an alert quiet for a while')
    .requiredOption('--reason <text>', 'why')
    .option('--hours <n>', 'for how long', '24')
    .action(async (id: string, options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const alert = await client.call('silenceAlert', {
          params: { id },
          body: { reason: options.reason, hours: Number(options.hours) }
        });
        output.result(alert);
        output.line(`Silenced until ${alert.silence?.until ?? ''}.`);
      })
    );
}
