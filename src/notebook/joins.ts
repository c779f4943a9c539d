import type { IJoinRequest, JoinReason } from './flow/step-facts';

/** Why steps became one, in words: `variable` is the name that ties them. */
export function joinSentence(reason: JoinReason, variable: string | undefined): string {
  const name = variable === undefined ? 'A value' : `\`${variable}\``;
  switch (reason) {
    case 'open-file':
      return `${name} is an open file, which cannot leave its process.`;
    case 'connection':
      return `${name} is a connection, which cannot leave its process.`;
    case 'lock':
      return `${name} is a lock or a queue, which cannot leave its process.`;
    case 'thread':
      return `${name} is a thread, a pool or a process, which cannot leave its process.`;
    case 'task':
      return `${name} is a running task, which cannot leave its process.`;
    case 'iterator':
      return `${name} is an iterator in use, which cannot leave its process.`;
    case 'generator':
      return `${name} is a generator, which cannot leave its process.`;
    case 'live-object':
      return `${name} lives in its process and cannot leave it.`;
    case 'function-state':
      return `The function ${name} keeps results of earlier calls, which cannot leave its process.`;
    case 'random-state':
      return 'Random numbers are drawn here that follow from a seed set in an earlier step.';
    case 'figure':
      return 'This draws into a figure that an earlier step has begun.';
    case 'module-state':
      return `${name} was changed in memory by an earlier step, and this step depends on it.`;
    case 'ipython-state':
      return `${name} is something that IPython keeps from an earlier cell.`;
    case 'interleaved':
      return `${name} changes in turns in both steps.`;
  }
}

/** What the user can do where steps are explicit and are not joined unasked. */
export function joinFix(reason: JoinReason): string {
  switch (reason) {
    case 'random-state':
      return 'Set the seed in this step too, or put both cells into one step.';
    case 'generator':
    case 'iterator':
      return 'Turn it into a list where it is made, or put both cells into one step.';
    case 'open-file':
    case 'connection':
      return 'Open it in this step again, or put both cells into one step.';
    default:
      return 'Put both cells into one step.';
  }
}

/** Which step belongs to which after joining. */
export class Groups {
  constructor(count: number) {
    this._parent = Array.from({ length: count }, (_, at) => at);
  }

  of(step: number): number {
    const parent = this._parent[step];
    return parent === undefined || parent === step ? step : this.of(parent);
  }

  /** Joins two steps; false where they were one already. */
  join(a: number, b: number): boolean {
    const [first, second] = [this.of(a), this.of(b)].sort((x, y) => x - y);
    if (first === undefined || second === undefined || first === second) {
      return false;
    }
    this._parent[second] = first;
    return true;
  }

  private readonly _parent: number[];
}

/** A join that was made, in terms of the steps that were asked for. */
export interface IMadeJoin {
  readonly steps: number[];
  readonly request: IJoinRequest;
}
