import { MlopsError } from '../../../contract/mlops-error';

/** Somebody else's commit came first: look at what it changed, and make ours anew on top of it. */
export function branchMoved(branch: string): MlopsError {
  return new MlopsError('conflict', {
    code: 'branch-moved',
    message: `The branch ${branch} has moved on: somebody else committed first.`,
    action: 'Look at what changed and try again.'
  });
}

export function isBranchMoved(error: unknown): boolean {
  return error instanceof MlopsError && error.body.code === 'branch-moved';
}
