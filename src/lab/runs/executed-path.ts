/** Documents of this drive are named `mlops-run:<run id>/<file name>`. */
export const EXECUTED_DRIVE = 'mlops-run';

/** What a path of that drive says about the run. */
export interface IExecutedNotebook {
  run: string;
  /** What people call the run; null where the name does not tell. */
  number: number | null;
}

export function executedPath(run: string, number: number, name: string): string {
  return `${EXECUTED_DRIVE}:${run}/${name} (run ${number}).ipynb`;
}

/** Null for a notebook that did not come out of a run. */
export function executedNotebookOf(path: string): IExecutedNotebook | null {
  const [, run, name] = /^mlops-run:([^/]+)\/(.+)$/.exec(path) ?? [];
  if (!run) {
    return null;
  }
  const number = /\(run (\d+)\)\.ipynb$/.exec(name)?.[1];
  return { run, number: number === undefined ? null : Number(number) };
}
