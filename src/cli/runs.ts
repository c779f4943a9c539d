import type { Command } from 'commander';

import type { LogLine } from '../contract/run';
import { EXIT, withClient } from './command';
import { table } from './output';
import { reportRun, runEnded } from './run';

export function addRuns(program: Command): void {
  const runs = program
    .command('runs')
    .description('list, show, stop and retry runs')
    .option('--json', 'one JSON document on standard output');

  runs
    .command('list', { isDefault: true })
    .description('newest first')
    .option('--limit <n>', 'how many', '20')
    .action(async (options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const { runs } = await client.call('listRuns', {
          query: { limit: options.limit }
        });
        output.result({ runs });
        output.line(
          table(
            ['run', 'notebook', 'state', 'steps', 'started', 'id'],
            runs.map(run => [
              String(run.number),
              run.name,
              run.state,
              `${run.stepsDone}/${run.stepsTotal}`,
              run.startedAt ?? '–',
              run.id
            ])
          )
        );
      })
    );

  runs
    .command('show <id>')
    .description('everything about one run')
    .action(async (id: string, _options, command: Command) =>
      withClient(command, async context => {
        reportRun(context, await context.client.call('getRun', { params: { id } }));
      })
    );

  runs
    .command('stop <id>')
    .description('stop a run and all that it started')
    .action(async (id: string, _options, command: Command) =>
      withClient(command, async context => {
        await context.client.call('stopRun', { params: { id } });
        const run = await runEnded(context, id);
        reportRun(context, run);
        return run.state === 'stopped' ? EXIT.done : EXIT.failed;
      })
    );

  runs
    .command('retry <id>')
    .description('run again from the step that failed')
    .action(async (id: string, _options, command: Command) =>
      withClient(command, async context => {
        const retried = await context.client.call('retryRun', { params: { id } });
        return reportRun(context, await runEnded(context, retried.id));
      })
    );

  runs
    .command('log <id> <step>')
    .description('the log of one step')
    .action(async (id: string, step: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const params = { id, step };
        const all: LogLine[] = [];
        let after = -1;
        for (;;) {
          const { lines } = await client.call('runLog', {
            params,
            query: { after, limit: 10000 }
          });
          lines.forEach(line => output.line(line.text));
          if (output.json) {
            all.push(...lines);
          }
          const last = lines.at(-1);
          if (!last) {
            output.result({ lines: all });
            return;
          }
          after = last.offset;
        }
      })
    );
}
