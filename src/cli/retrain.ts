import { resolve } from 'node:path';

import type { Command } from 'commander';

import { MlopsError } from '../contract/mlops-error';
import { timeOf } from '../gateway/monitoring/time-of';
import { collectFile, collectParameter, EXIT, withClient } from './command';
import { printComparison } from './models';
import { printError } from './output';
import { waitFor } from './wait';

export function addRetrain(program: Command): void {
  program
    .command('retrain')
    .description(
      'train a model again with fresh data and compare it with the one released'
    )
    .argument('<model>', 'name of the model')
    .requiredOption('--in <environment>', 'where the champion is released')
    .option('--alert <id>', 'the alert that asks for it')
    .option('--param <name=value>', 'value of a parameter', collectParameter, {})
    .option(
      '--file <path=file>',
      'file of the notebook’s folder that is replaced',
      collectFile,
      {}
    )
    .option(
      '--cut-off <time>',
      'rows after it are withheld and judge both versions; UTC without a zone'
    )
    .option('--json', 'one JSON document on standard output')
    .action(async (model: string, options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const files = Object.entries<string>(options.file).map(([path, file]) => [
          path,
          resolve(file)
        ]);
        const started = await client.call('retrain', {
          body: {
            model,
            environment: options.in,
            alert: options.alert ?? null,
            parameters: options.param,
            files: files.length > 0 ? Object.fromEntries(files) : undefined,
            cutOff: options.cutOff && cutOffOf(options.cutOff)
          }
        });
        const retraining = await waitFor(
          () => client.call('getRetraining', { params: { id: started.id } }),
          ({ state }) => ({
            ended: state === 'succeeded' || state === 'failed',
            text: state
          }),
          text => output.progress(`retraining: ${text}`)
        );
        output.result({ retraining });
        if (retraining.comparison) {
          printComparison(retraining.comparison).forEach(line => output.line(line));
        }
        if (retraining.error) {
          printError(retraining.error);
        }
        return retraining.state === 'succeeded' ? EXIT.done : EXIT.failed;
      })
    );
}

function cutOffOf(text: string): string {
  const time = timeOf(text);
  if (Number.isNaN(time)) {
    throw new MlopsError('refused', {
      code: 'option-invalid',
      message: `--cut-off ${text} is no time.`,
      action: 'Write it as 2011-04-30 or 2011-04-30T17:00:00Z.'
    });
  }
  return new Date(time).toISOString();
}
