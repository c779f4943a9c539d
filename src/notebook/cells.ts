/** A cell as the converter sees it; what it does not need is left out. */
export interface ICell {
  /** Position in the notebook, counted from 0 over all cells. */
  readonly index: number;
  readonly id: string;
  readonly type: 'code' | 'markdown' | 'other';
  readonly source: string;
  readonly tags: string[];
  readonly settings: IStepSettings;
}

/** `metadata.mlops` of a cell. */
export interface IStepSettings {
  readonly step?: string;
  readonly image?: string;
  /** Such as `500m` and `2Gi`, as Kubernetes writes them. */
  readonly cpu?: string;
  readonly memory?: string;
  readonly retries?: number;
  readonly timeoutSeconds?: number;
  readonly cache?: boolean;
}

/** A notebook of nbformat 4, reduced to what the converter needs. */
export interface INotebook {
  readonly cells: ICell[];
  readonly kernel: string;
  readonly language: string;
  readonly split: string | undefined;
  readonly name: string | undefined;
  readonly kale: Record<string, unknown> | undefined;
}

/** Why something is not a notebook that can be read. */
export interface IRefusal {
  readonly code: string;
  readonly message: string;
  readonly fix: string;
}

/** Reads nbformat 4; anything else is refused with a sentence. */
export function readNotebook(content: unknown): INotebook | IRefusal {
  if (
    !isRecord(content) ||
    !('cells' in content || 'worksheets' in content || 'nbformat' in content)
  ) {
    return {
      code: 'not-a-notebook',
      message: 'This is not a notebook: it is no JSON object with cells.',
      fix: 'Open a file that Jupyter has saved.'
    };
  }
  if (
    'worksheets' in content ||
    (content.nbformat !== undefined && content.nbformat !== 4)
  ) {
    return {
      code: 'old-notebook',
      message: `The notebook is stored in format ${String(content.nbformat ?? 3)}; only format 4 can be read.`,
      fix: 'Open it in JupyterLab and save it, or run `jupyter nbconvert --to notebook --inplace`.'
    };
  }
  if (!Array.isArray(content.cells)) {
    return {
      code: 'not-a-notebook',
      message: 'This is not a notebook: its `cells` are no list.',
      fix: 'Open a file that Jupyter has saved.'
    };
  }
  const metadata = record(content.metadata);
  const kernelspec = record(metadata.kernelspec);
  const language =
    text(record(metadata.language_info).name) ?? text(kernelspec.language);
  const mlops = record(metadata.mlops);
  return {
    cells: content.cells.map(readCell),
    kernel: text(kernelspec.name) ?? 'python3',
    language: language ?? 'python',
    split: text(mlops.split),
    name: text(mlops.name),
    kale: isRecord(metadata.kubeflow_notebook) ? metadata.kubeflow_notebook : undefined
  };
}

/** nbformat keeps a source as one string or as lines. */
export function sourceOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  return Array.isArray(value)
    ? value.filter(line => typeof line === 'string').join('')
    : '';
}

/** True for a plain JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readCell(value: unknown, index: number): ICell {
  const cell = record(value);
  const metadata = record(cell.metadata);
  const type = cell.cell_type;
  const tags = Array.isArray(metadata.tags)
    ? metadata.tags.filter(tag => typeof tag === 'string')
    : [];
  return {
    index,
    id: text(cell.id) ?? `cell-${index}`,
    type: type === 'code' || type === 'markdown' ? type : 'other',
    source: sourceOf(cell.source),
    tags,
    settings: readSettings(record(metadata.mlops))
  };
}

function readSettings(value: Record<string, unknown>): IStepSettings {
  const { retries, timeoutSeconds, cache } = value;
  const step = text(value.step);
  const image = text(value.image);
  const cpu = text(value.cpu);
  const memory = text(value.memory);
  return {
    ...(step === undefined ? {} : { step }),
    ...(image === undefined ? {} : { image }),
    ...(cpu === undefined ? {} : { cpu }),
    ...(memory === undefined ? {} : { memory }),
    ...(isRetries(retries) ? { retries } : {}),
    ...(typeof timeoutSeconds === 'number' && timeoutSeconds > 0
      ? { timeoutSeconds }
      : {}),
    ...(typeof cache === 'boolean' ? { cache } : {})
  };
}

function isRetries(value: unknown): value is number {
  return (
    typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 10
  );
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
