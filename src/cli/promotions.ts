import type { Command } from 'commander';

import { withClient } from './command';
import { table } from './output';
import { promotionEnded, reportPromotion } from './promote';

export function addPromotions(program: Command): void {
  const promotions = program
    .command('promotions')
    .description('list, approve and withdraw promotions')
    .option('--json', 'one JSON document on standard output');

  promotions
    .command('list', { isDefault: true })
    .description('newest first')
    .action(async (_options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const reply = await client.call('listPromotions');
        output.result(reply);
        output.line(
          table(
            ['id', 'what', 'to', 'state', 'approvals', 'by', 'reason'],
            reply.promotions.map(promotion => [
              promotion.id,
              `${promotion.kind} ${promotion.model} v${promotion.version}`,
              promotion.environment,
              promotion.state,
              `${promotion.approvals.length} of ${promotion.approvalsNeeded}`,
              promotion.actor.name,
              promotion.reason
            ])
          )
        );
      })
    );

  promotions
    .command('approve <id>')
    .description('approve a promotion of somebody else, and wait for its end')
    .action(async (id: string, _options, command: Command) =>
      withClient(command, async context => {
        await context.client.call('approvePromotion', { params: { id } });
        return reportPromotion(context, await promotionEnded(context, id));
      })
    );

  promotions
    .command('close <id>')
    .description('withdraw a promotion that waits for approval')
    .action(async (id: string, _options, command: Command) =>
      withClient(command, async ({ client, output }) => {
        const promotion = await client.call('closePromotion', { params: { id } });
        output.result({ promotion });
        output.line(
          `${promotion.model} v${promotion.version} does not go to ${promotion.environment}: it was withdrawn.`
        );
      })
    );
}
