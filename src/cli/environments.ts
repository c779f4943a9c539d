import { readFileSync } from 'node:fs';

import type { Command } from 'commander';

import { withClient } from './command';
import { figure, short, table } from './output';

export function addEnvironments(program: Command): void {
  const environments = program
    .command('environments')
    .description('what is released where; ask an endpoint')
    .option('--json', 'one JSON document on standard output');

  environments
    .command('list', { isDefault: true })
    .description('all environments with their endpoints')
    .action(async (_options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const reply = await client.call('listEnvironments');
        output.result(reply);
        const rows = reply.environments.flatMap(({ name, target, endpoints }) =>
          endpoints.length === 0
            ? [[name, target, '–', '–', '–', '–', '–']]
            : endpoints.map(endpoint => [
                name,
                target,
                endpoint.model,
                endpoint.version === null ? '–' : `v${endpoint.version}`,
                short(endpoint.digest),
                endpoint.health,
                figure(endpoint.requestsPerMinute)
              ])
        );
        output.line(
          table(
            [
              'environment',
              'on',
              'model',
              'version',
              'digest',
              'health',
              'requests/min'
            ],
            rows
          )
        );
      })
    );

  environments
    .command('predict <environment> <model>')
    .description('ask an endpoint: rows as JSON from a file, or its own example')
    .option('--rows <file>', 'JSON list of objects by column name')
    .action(async (environment: string, model: string, options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const params = { environment, model };
        const body = options.rows
          ? { rows: JSON.parse(readFileSync(options.rows, 'utf8')) }
          : await client.call('example', { params });
        const reply = await client.call('predict', { params, body });
        output.result(reply);
        output.line(`v${reply.version}: ${reply.predictions.join(', ')}`);
      })
    );

  environments
    .command('token <environment> <model>')
    .description('loopback address of an endpoint and a token for it')
    .action(async (environment: string, model: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const reply = await client.call('endpointToken', {
          params: { environment, model }
        });
        output.result(reply);
        output.line(`${reply.address}\n${reply.token}\nvalid until ${reply.expiresAt}`);
      })
    );
}
