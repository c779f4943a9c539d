import { isGitAddress, readGitAddress } from '../../../../../contract/git-address';
import { digestOf } from '../../../__tests__/model-builder';
import { PromotionCommits } from '../../../promotion/promotion-commits';
import { PromotionRecord } from '../../../promotion/promotion-record';
import { RemoteRepository } from '../remote-repository';

/** Promotes models of its own, planned on one commit, all at once, as the program of one user. */
async function main([url, folder, base, user, ...models]: string[]): Promise<void> {
  const address = readGitAddress(url);
  if (!isGitAddress(address)) {
    throw new Error(address.message);
  }
  const repository = new RemoteRepository({
    folder,
    address,
    settings: { branch: 'main', mode: 'push' },
    user,
    warn: () => undefined,
    program: process.env.MLOPS_GIT ?? 'git'
  });
  await repository.open();
  const commits = new PromotionCommits(repository);
  const landed = await Promise.all(
    models.map(model => commits.land(`p-${model}`, recordOf(model, user, base)))
  );
  process.stdout.write(JSON.stringify(landed.map(({ revision }) => revision)));
}

function recordOf(model: string, user: string, base: string): PromotionRecord {
  return PromotionRecord.parse({
    kind: 'promote',
    model,
    version: 1,
    digest: digestOf(model),
    environment: 'dev',
    app: null,
    baseline: null,
    run: null,
    plan: null,
    reason: 'At once.',
    actor: { name: user, asserted: true },
    base,
    files: [[`environments/dev/${model}/inferenceservice.yaml`, `model: ${model}\n`]],
    reverts: null,
    phase: 'committing',
    branch: null,
    changeRequest: null,
    mergedElsewhere: false,
    approvals: [],
    approvalsNeeded: 0,
    revision: null,
    committedAt: null,
    failure: null,
    withdrawal: null
  });
}

if (process.env.MLOPS_PROMOTING_CHILD) {
  void main(process.argv.slice(2));
}
