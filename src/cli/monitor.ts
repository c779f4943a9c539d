import type { Command } from 'commander';

import { withClient } from './command';
import { addCollector } from './monitor-collector';
import { figure, table } from './output';

export function addMonitor(program: Command): void {
  const monitor = program
    .command('monitor')
    .description('drift, errors and latency of what is released')
    .option('--json', 'one JSON document on standard output');

  monitor
    .command('list', { isDefault: true })
    .description('all monitored models')
    .action(async (_options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const reply = await client.call('listMonitors');
        output.result(reply);
        output.line(
          table(
            ['environment', 'model', 'version', 'state', 'detail'],
            reply.monitors.map(({ environment, model, version, state, detail }) => [
              environment,
              model,
              `v${version}`,
              state,
              detail
            ])
          )
        );
      })
    );

  monitor
    .command('report <environment> <model>')
    .description('the newest window against the baseline, largest effect first')
    .action(async (environment: string, model: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const report = await client.call('driftReport', {
          params: { environment, model }
        });
        output.result(report);
        output.line(report.summary);
        output.line(
          table(
            ['feature', 'effect', 'floor', 'adjusted p', 'state'],
            report.features.map(({ feature, effect, floor, adjustedP, state }) => [
              feature,
              figure(effect),
              figure(floor),
              figure(adjustedP),
              state
            ])
          )
        );
      })
    );

  monitor
    .command('delete-payloads <environment> <model>')
    .description(
      'delete the captured requests of a model, and copies of its training rows'
    )
    .action(async (environment: string, model: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const reply = await client.call('deletePayloads', {
          params: { environment, model }
        });
        output.result(reply);
        output.line(
          `${reply.deleted} captured requests and ${reply.files} files with rows deleted.`
        );
      })
    );

  addCollector(monitor);
}
