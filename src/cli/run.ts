import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { Option, type Command } from 'commander';

import { z } from 'zod';

import { Diagnostic } from '../contract/pipeline';
import type { RunDetail } from '../contract/run';
import type { Client } from './client';
import {
  collectParameter,
  EXIT,
  isRefusal,
  withClient,
  type ICommandContext
} from './command';
import { splitOption } from './convert';
import { printDiagnostics } from './diagnostics';
import { figure, printError } from './output';
import { waitFor } from './wait';

export function addRun(program: Command): void {
  program
    .command('run')
    .description('run a notebook as a pipeline and wait for its end')
    .argument('<notebook>', 'path of the notebook')
    .addOption(splitOption())
    .addOption(
      new Option(
        '--engine <engine>',
        'where it runs; the one that mlops.yaml names where absent'
      ).choices(['local', 'tekton'])
    )
    .option('--param <name=value>', 'value of a parameter', collectParameter, {})
    .option('--output <file>', 'write the executed notebook there')
    .option('--no-cache', 'run every step, also unchanged ones')
    .option('--json', 'one JSON document on standard output')
    .action(async (notebook: string, options, command: Command) =>
      withClient(command, async context => {
        const started = await startOrExplain(context, {
          notebook: resolve(notebook),
          engine: options.engine,
          split: options.split,
          parameters: options.param,
          cache: options.cache
        });
        if (!started) {
          return EXIT.refused;
        }
        const run = await runEnded(context, started.id);
        if (options.output) {
          await writeExecuted(context.client, run.id, options.output);
        }
        return reportRun(context, run);
      })
    );
}

type RunBody = Parameters<typeof startRun>[1];

function startRun(
  client: Client,
  body: { notebook: string } & Record<string, unknown>
): Promise<RunDetail> {
  return client.call('startRun', { body });
}

/** Starts the run; prints what speaks against it and gives null where it is refused for that. */
async function startOrExplain(
  { client, output }: ICommandContext,
  body: RunBody
): Promise<RunDetail | null> {
  try {
    return await startRun(client, body);
  } catch (error) {
    if (!isRefusal(error)) {
      throw error;
    }
    const found = z.array(Diagnostic).safeParse(error.body.details?.diagnostics);
    const diagnostics = found.data ?? [];
    output.result({ diagnostics, steps: [], error: error.body });
    printDiagnostics(diagnostics, output);
    printError(error.body);
    return null;
  }
}

/** Waits for the end of a run, telling its progress. */
export function runEnded(
  { client, output }: ICommandContext,
  id: string
): Promise<RunDetail> {
  return waitFor(
    () => client.call('getRun', { params: { id } }),
    run => {
      const current = run.steps.find(({ state }) => state === 'running');
      // In a cluster a step, or the whole run, may wait for something.
      const trouble = current?.error ?? run.error;
      const text = current
        ? `${current.title}: ${trouble?.message ?? `cell ${current.cellsDone} of ${current.cells}`}`
        : (trouble?.message ?? run.state);
      return { ended: !['pending', 'running'].includes(run.state), text };
    },
    text => output.progress(`run: ${text}`)
  );
}

async function writeExecuted(client: Client, id: string, file: string): Promise<void> {
  const response = await client.send('executedNotebook', { params: { id } });
  writeFileSync(file, await response.text());
}

/** Prints a run that has ended and gives the exit code. */
export function reportRun({ output }: ICommandContext, run: RunDetail): number {
  const metrics = Object.fromEntries(
    run.metrics.map(({ name, value }) => [name, value])
  );
  output.result({
    diagnostics: run.diagnostics,
    steps: run.steps,
    run: run.id,
    number: run.number,
    state: run.state,
    metrics,
    artifacts: run.artifacts,
    models: run.models,
    error: run.error
  });
  output.line(`Run ${run.number} of ${run.name} ${run.state} (${run.id}).`);
  for (const { name, value } of run.metrics) {
    output.line(`  ${name} = ${figure(value)}`);
  }
  for (const { variable, type } of run.models) {
    output.line(`  model ${variable}: ${type}`);
  }
  if (run.error) {
    printError(run.error);
  }
  return run.state === 'succeeded' ? EXIT.done : EXIT.failed;
}
