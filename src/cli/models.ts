import type { Command } from 'commander';

import type { Comparison } from '../contract/model';
import { withClient } from './command';
import { figure, short, table } from './output';
import { registrationEnded, reportRegistration } from './register';

export function addModels(program: Command): void {
  const models = program
    .command('models')
    .description('list, show, test, compare and archive model versions')
    .option('--json', 'one JSON document on standard output');

  models
    .command('list', { isDefault: true })
    .description('all models with their versions')
    .action(async (_options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const reply = await client.call('listModels');
        output.result(reply);
        const rows = reply.models.flatMap(({ name, versions }) =>
          versions.map(version => [
            name,
            `v${version.version}`,
            version.state,
            short(version.digest),
            version.environments.join(', ') || '–',
            Object.entries(version.metrics)
              .slice(0, 3)
              .map(([metric, value]) => `${metric} ${figure(value)}`)
              .join(', ')
          ])
        );
        output.line(
          table(['model', 'version', 'state', 'digest', 'released in', 'metrics'], rows)
        );
      })
    );

  models
    .command('show <model> <version>')
    .description('one version with its lineage and evidence')
    .action(async (model: string, version: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const found = await client.call('getVersion', { params: { model, version } });
        output.result(found);
        output.line(JSON.stringify(found, null, 2));
      })
    );

  models
    .command('test <model> <version>')
    .description('test the model artifact again in a fresh model server')
    .action(async (model: string, version: string, _options, command: Command) =>
      withClient(command, async context => {
        const started = await context.client.call('testVersion', {
          params: { model, version }
        });
        return reportRegistration(
          context,
          await registrationEnded(context, started.id)
        );
      })
    );

  models
    .command('archive <model> <version>')
    .description('take a version out of the lists; its content stays')
    .action(async (model: string, version: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const archived = await client.call('archiveVersion', {
          params: { model, version }
        });
        output.result(archived);
        output.line(`${model} v${version} is archived.`);
      })
    );

  models
    .command('unarchive <model> <version>')
    .description('put an archived version back into the lists')
    .action(async (model: string, version: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const back = await client.call('unarchiveVersion', {
          params: { model, version }
        });
        output.result(back);
        output.line(`${model} v${version} is not archived: ${back.state}.`);
      })
    );

  models
    .command('compare <model> <champion> <challenger>')
    .description('two versions on rows that neither has trained on')
    .requiredOption('--in <environment>', 'whose requests are the rows')
    .action(
      async (
        model: string,
        champion: string,
        challenger: string,
        options,
        command: Command
      ) =>
        withClient(command, async ({ client, output }) => {
          const comparison = await client.call('compare', {
            params: { model },
            body: {
              environment: options.in,
              champion: Number(champion),
              challenger: Number(challenger)
            }
          });
          output.result(comparison);
          printComparison(comparison).forEach(line => output.line(line));
        })
    );
}

export function printComparison(comparison: Comparison): string[] {
  const { champion, challenger, rows, sharedRows, from, to, verdict } = comparison;
  return [
    `v${champion} and v${challenger} on ${rows} rows, ${from} to ${to}; ${sharedRows} shared rows left out`,
    table(
      ['metric', `v${champion}`, `v${challenger}`, 'difference', '95 % interval'],
      comparison.metrics.map(metric => [
        metric.name,
        figure(metric.champion),
        figure(metric.challenger),
        figure(metric.difference),
        `${figure(metric.low)} to ${figure(metric.high)}`
      ])
    ),
    `verdict: the challenger is ${verdict.replaceAll('-', ' ')}`
  ];
}
