import type { Command } from 'commander';

import { withClient } from './command';
import { printPlan, promotionEnded, reportPromotion } from './promote';

export function addRevert(program: Command): void {
  program
    .command('revert')
    .description('restore the previous release of a model, as a new commit')
    .argument('<model>', 'name of the model')
    .requiredOption('--in <environment>', 'where')
    .requiredOption('--reason <text>', 'goes into the commit')
    .option('--json', 'one JSON document on standard output')
    .action(async (model: string, options, command: Command) =>
      withClient(command, async context => {
        const request = { model, environment: options.in };
        const plan = await context.client.call('planRevert', { body: request });
        printPlan(plan, context);
        const { base, changesDigest } = plan;
        const body = { ...request, base, changesDigest, reason: options.reason };
        const promotion = await context.client.call('revert', { body });
        return reportPromotion(context, await promotionEnded(context, promotion.id));
      })
    );
}
