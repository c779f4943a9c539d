import { readFileSync } from 'node:fs';

import type { Command } from 'commander';
import { z } from 'zod';

import { PredictRequest, type Endpoint } from '../contract/environment';
import { MlopsError } from '../contract/mlops-error';
import { messageOf } from '../gateway/thrown';
import { ENDS_WITH_COMMAND, withClient, type ICommandContext } from './command';
import { figure, short, table } from './output';
import { waitFor } from './wait';

const Rows = PredictRequest.shape.rows;

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
            ? [[name, target, '–', '–', '–', '–', '–', '–']]
            : endpoints.map(endpoint => [
                name,
                target,
                endpoint.model,
                endpoint.version === null ? '–' : `v${endpoint.version}`,
                short(endpoint.digest),
                endpoint.health,
                podsText(endpoint),
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
              'pods',
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
        const rows = options.rows ? readRows(options.rows) : null;
        await endpointStarted({ client, output }, environment, model);
        const body = rows ? { rows } : await client.call('example', { params });
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
        if (client.leads) {
          output.line(ENDS_WITH_COMMAND);
        }
      })
    );
}

/** Those that answer of those that there are; nothing where it is served without pods. */
function podsText({ replicas }: Endpoint): string {
  return replicas ? `${replicas.ready} of ${replicas.total}` : '–';
}

/** Rows of a file; the gateway checks them against the model. @throws MlopsError `rows-unreadable` */
function readRows(file: string): Record<string, unknown>[] {
  try {
    return Rows.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new MlopsError('refused', {
      code: 'rows-unreadable',
      message: `${file} is no JSON list of objects by column name.`,
      cause: error instanceof z.ZodError ? undefined : messageOf(error),
      action: 'Write one object a row, such as [{"width": 1.5}].'
    });
  }
}

/** Waits while nothing answers because the model server is being started, as it is without a gateway. */
async function endpointStarted(
  { client, output }: ICommandContext,
  environment: string,
  model: string
): Promise<void> {
  await waitFor(
    async () => {
      const { environments } = await client.call('listEnvironments');
      return environments
        .find(({ name }) => name === environment)
        ?.endpoints.find(endpoint => endpoint.model === model);
    },
    endpoint => ({
      ended: endpoint?.version !== null || endpoint.health !== 'progressing',
      text: endpoint?.health ?? ''
    }),
    text => text === 'progressing' && output.progress(`endpoint: ${text}`)
  );
}
