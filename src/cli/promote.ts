import type { Command } from 'commander';

import { MlopsError } from '../contract/mlops-error';
import type { Promotion, PromotionPlan } from '../contract/promotion';
import type { Client } from './client';
import { ENDS_WITH_COMMAND, EXIT, withClient, type ICommandContext } from './command';
import { short } from './output';
import { waitFor } from './wait';

export function addPromote(program: Command): void {
  program
    .command('promote')
    .description('release a model version in an environment, through Git')
    .argument(
      '<model>',
      'name of the model, or name@version; its newest version where absent'
    )
    .requiredOption('--to <environment>', 'where to')
    .option('--reason <text>', 'goes into the commit', '')
    .option('--plan', 'show what would change and stop')
    .option('--json', 'one JSON document on standard output')
    .action(async (model: string, options, command: Command) =>
      withClient(command, async context => {
        const { client, output } = context;
        const [name, at] = model.split('@');
        const version = at ? Number(at) : await newestVersion(client, name);
        const request = { model: name, version, environment: options.to };
        const plan = await client.call('planPromotion', { body: request });
        printPlan(plan, context);
        if (options.plan || plan.noop) {
          output.result({ plan });
          return EXIT.done;
        }
        if (!plan.allowed) {
          output.result({ plan });
          process.stderr.write(`${refusal(plan)}\n`);
          return EXIT.refused;
        }
        const { base, changesDigest } = plan;
        const body = { ...request, base, changesDigest, reason: options.reason };
        const promotion = await client.call('confirmPromotion', { body });
        return reportPromotion(context, await promotionEnded(context, promotion.id));
      })
    );
}

/** What keeps the version from going there, in the words of the checks. */
function refusal({ model, version, environment, checks }: PromotionPlan): string {
  const reasons = checks.filter(({ result }) => result === 'failed');
  return [
    `${model} v${version} cannot go to ${environment}.`,
    ...reasons.map(({ title, summary, evidence }) =>
      [`${title}: ${summary}`, evidence?.includes('\n') ? evidence : null]
        .filter(Boolean)
        .join('\n')
    )
  ].join('\n  ');
}

async function newestVersion(client: Client, name: string): Promise<number> {
  const { models } = await client.call('listModels');
  const versions = models.find(model => model.name === name)?.versions ?? [];
  const ready = versions.filter(({ state }) => state === 'ready');
  if (ready.length === 0) {
    throw new MlopsError('not-found', {
      code: 'model-unknown',
      message: `There is no tested version of a model ${name}.`,
      action: 'See `jupyter mlops models`.'
    });
  }
  return Math.max(...ready.map(({ version }) => version));
}

export function printPlan(plan: PromotionPlan, { output }: ICommandContext): void {
  if (plan.noop) {
    output.line(
      `${plan.model} v${plan.version} is already released in ${plan.environment}; there is nothing to do.`
    );
    return;
  }
  output.line(
    `${plan.model} v${plan.version} to ${plan.environment} on ${plan.target}`
  );
  plan.changes.forEach(({ path, diff }) => output.line(`${path}\n${diff}`));
  plan.checks.forEach(({ result, title, summary }) =>
    output.line(`  ${result}: ${title}. ${summary}`)
  );
}

export function promotionEnded(
  { client, output }: ICommandContext,
  id: string
): Promise<Promotion> {
  return waitFor(
    () => client.call('getPromotion', { params: { id } }),
    ({ state, progress, trouble }) => ({
      ended: ['waiting', 'succeeded', 'failed', 'closed'].includes(state),
      text: [state, progress, trouble?.message].filter(Boolean).join(': ')
    }),
    text => output.progress(`promotion: ${text}`)
  );
}

function waitingText(promotion: Promotion): string {
  const { model, version, branch, changeRequest, mergedElsewhere } = promotion;
  const what = `${model} v${version} waits`;
  return mergedElsewhere
    ? `${what} to be merged: ${changeRequest ?? `branch ${branch ?? ''}`}`
    : `${what} for approval on branch ${branch ?? ''}.`;
}

export function reportPromotion(
  { client, output }: ICommandContext,
  promotion: Promotion
): number {
  const { model, version, environment, target, state, revision, error } = promotion;
  output.result({ promotion });
  if (state === 'waiting') {
    output.line(waitingText(promotion));
    return EXIT.done;
  }
  if (state !== 'succeeded') {
    process.stderr.write(
      `${[error?.message ?? `The promotion ${state}.`, error?.cause, error?.action].filter(Boolean).join('\n  ')}\n`
    );
    return EXIT.failed;
  }
  output.line(
    `${model} v${version} serves in ${environment} on ${target}, commit ${short(revision)}.`
  );
  if (client.leads) {
    output.line(ENDS_WITH_COMMAND);
  }
  return EXIT.done;
}
