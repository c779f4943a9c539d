import type { Command } from 'commander';

import type { Registration } from '../contract/event';
import { MlopsError } from '../contract/mlops-error';
import type { Client } from './client';
import { EXIT, withClient, type ICommandContext } from './command';
import { figure, printError, short } from './output';
import { waitFor } from './wait';

export function addRegister(program: Command): void {
  program
    .command('register')
    .description('register the model that a run trained, and test it in a model server')
    .argument('[run]', 'id of the run; the newest that succeeded where absent')
    .option('--name <name>', 'name of the model; proposed where absent')
    .option('--variable <variable>', 'which variable holds the model')
    .option('--json', 'one JSON document on standard output')
    .action(async (run: string | undefined, options, command: Command) =>
      withClient(command, async context => {
        const body = {
          run: run ?? (await newestRun(context.client)),
          name: options.name,
          variable: options.variable
        };
        const started = await context.client.call('register', { body });
        return reportRegistration(
          context,
          await registrationEnded(context, started.id)
        );
      })
    );
}

async function newestRun(client: Client): Promise<string> {
  const { runs } = await client.call('listRuns');
  const run = runs.find(({ state }) => state === 'succeeded');
  if (!run) {
    throw new MlopsError('refused', {
      code: 'no-run',
      message: 'No run has succeeded yet.',
      action: 'Start one: jupyter mlops run NOTEBOOK.'
    });
  }
  return run.id;
}

export function registrationEnded(
  { client, output }: ICommandContext,
  id: string
): Promise<Registration> {
  return waitFor(
    () => client.call('getRegistration', { params: { id } }),
    ({ state, detail }) => ({
      ended: state === 'succeeded' || state === 'failed',
      text: detail ? `${state}: ${detail}` : state
    }),
    text => output.progress(`registration: ${text}`)
  );
}

export async function reportRegistration(
  { client, output }: ICommandContext,
  registration: Registration
): Promise<number> {
  const { model, version, state, error } = registration;
  if (version === null || state === 'failed') {
    const body = error ?? {
      code: 'registration-failed',
      message: 'The registration failed.'
    };
    output.result({ registration });
    printError(body);
    return EXIT.failed;
  }
  const registered = await client.call('getVersion', { params: { model, version } });
  output.result({ registration, version: registered });
  output.line(
    `${model} v${version} is ${registered.state}, digest ${short(registered.digest)}.`
  );
  for (const [name, value] of Object.entries(registered.metrics)) {
    output.line(`  ${name} = ${figure(value)}`);
  }
  registered.evidence.forEach(({ summary }) => output.line(`  ${summary}`));
  registered.missing.forEach(missing => output.line(`  missing: ${missing}`));
  return registered.state === 'ready' ? EXIT.done : EXIT.failed;
}
