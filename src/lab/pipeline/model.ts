import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { VDomModel } from '@jupyterlab/ui-components';
import { Debouncer } from '@lumino/polling';

import type { ApiError } from '../../contract/error';
import type { Notebook } from '../../contract/notebook';
import type { Conversion, Diagnostic, Pipeline, Split } from '../../contract/pipeline';
import { toApiError } from '../gateway/resource';
import { valueText } from '../elements/format';
import type { IGateway, ILivePipeline, ISettings } from '../tokens';
import { executedNotebookOf, type IExecutedNotebook } from '../runs/executed-path';
import { NeedsCheck } from './needs-check';
import { notebookContent } from './notebook-content';
import { parseParameter, type ParsedParameter } from './parameter-text';

/** Milliseconds without typing before the notebook is converted again. */
const PAUSE = 150;

/** Turns a notebook into a pipeline, in the browser, without a kernel. */
export type Convert = (
  notebook: Notebook,
  options: IConvertOptions
) => Promise<Conversion>;

export interface IConvertOptions {
  /** Below the server's root. */
  path: string;
  split: Split | undefined;
}

/** How cells become steps; `automatic` lets the notebook decide, whatever the setting says. */
export type SplitChoice = Split | 'automatic';

/** The notebook in front as a pipeline, live while it is edited, and its parameters' drafts. */
export class PipelineModel extends VDomModel implements ILivePipeline {
  constructor(options: PipelineModel.IOptions) {
    super();
    this._tracker = options.tracker;
    this._gateway = options.gateway;
    this._settings = options.settings;
    this._convert = options.convert;
    this._needs = new NeedsCheck(options.gateway, () => this._changed());
    this._debouncer = new Debouncer(() => this._update(), options.pause ?? PAUSE);
    this._tracker.currentChanged.connect(this._onNotebook, this);
    this._tracker.activeCellChanged.connect(this._changed, this);
    this._gateway.connectionChanged.connect(this._onConnection, this);
    this._settings.changed.connect(this._onSettings, this);
    this._onNotebook();
  }

  /** Null where no notebook is in front that could run: an executed one is no source. */
  get path(): string | null {
    return this.executed ? null : (this._notebook?.context.localPath ?? null);
  }

  get executed(): IExecutedNotebook | null {
    const path = this._notebook?.context.path;
    return path === undefined ? null : executedNotebookOf(path);
  }

  get pipeline(): Pipeline | null {
    return this._conversion?.pipeline ?? null;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this._diagnostics;
  }

  /** A defect in the conversion itself; what the notebook lacks is in {@link diagnostics}. */
  get error(): ApiError | null {
    return this._error;
  }

  get isLive(): boolean {
    return this._settings.liveAnalysis;
  }

  get canRun(): boolean {
    return (
      this._gateway.isReady &&
      this.path !== null &&
      !this._isStarting &&
      this.invalidParameter === null
    );
  }

  get isConnected(): boolean {
    return this._gateway.isReady;
  }

  get isStarting(): boolean {
    return this._isStarting;
  }

  /** What the user chose for this notebook, else the setting; undefined lets the notebook decide. */
  get split(): Split | undefined {
    const chosen = this._splits.get(this.path ?? '') ?? this._settings.split;
    return chosen === 'automatic' ? undefined : (chosen ?? undefined);
  }

  /** The choice for this notebook, else the setting: what the picker shows. */
  get chosenSplit(): SplitChoice {
    return this._splits.get(this.path ?? '') ?? this._settings.split ?? 'automatic';
  }

  /** Index of the cell that the user is in; -1 where none is. */
  get activeCell(): number {
    return this._notebook?.content.activeCellIndex ?? -1;
  }

  chooseSplit(split: SplitChoice): void {
    this._splits.set(this.path ?? '', split);
    this._changed();
    void this._update(this._conversion !== null);
  }

  /** Shows the steps as they are now, where they do not follow by themselves. */
  showSteps(): void {
    void this._update(true);
  }

  /** The field of a parameter: what was typed, else the notebook's own value. */
  draft(name: string): string {
    const typed = this._drafts.get(this._key(name));
    return typed ?? valueText(this._parameter(name)?.default ?? null);
  }

  setDraft(name: string, text: string): void {
    this._drafts.set(this._key(name), text);
    this._changed();
  }

  /** Takes the notebook's own value again. */
  resetDraft(name: string): void {
    this._drafts.delete(this._key(name));
    this._changed();
  }

  parsed(name: string): ParsedParameter {
    return parseParameter(this.draft(name), this._parameter(name)?.type ?? 'any');
  }

  /** The parameters that differ from the notebook's own values. */
  get changedParameters(): Record<string, unknown> {
    const changed: Record<string, unknown> = {};
    for (const parameter of this.pipeline?.parameters ?? []) {
      const parsed = this.parsed(parameter.name);
      const typed = this._drafts.has(this._key(parameter.name));
      if (typed && parsed.ok && !same(parsed.value, parameter.default)) {
        changed[parameter.name] = parsed.value;
      }
    }
    return changed;
  }

  /** The first parameter whose field holds no value of its type; null where all do. */
  get invalidParameter(): { name: string; expected: string } | null {
    for (const { name } of this.pipeline?.parameters ?? []) {
      const parsed = this.parsed(name);
      if (!parsed.ok) {
        return { name, expected: parsed.expected };
      }
    }
    return null;
  }

  /** Fills the form for the next run of a notebook, which need not be in front yet. */
  setParameters(path: string, values: Readonly<Record<string, unknown>>): void {
    const prefix = `${path}\n`;
    for (const key of [...this._drafts.keys()].filter(key => key.startsWith(prefix))) {
      this._drafts.delete(key);
    }
    for (const [name, value] of Object.entries(values)) {
      this._drafts.set(prefix + name, valueText(value));
    }
    this._changed();
  }

  /** The notebook as it is in the editor; undefined where it is not open. */
  contentOf(path: string): Notebook | undefined {
    const found = this._tracker.find(
      ({ context }) =>
        context.localPath === path && executedNotebookOf(context.path) === null
    );
    return found?.content.model ? notebookContent(found.content.model) : undefined;
  }

  /** Marks the time between the click and the gateway's answer. */
  async starting<T>(start: () => Promise<T>): Promise<T> {
    this._isStarting = true;
    this._changed();
    try {
      return await start();
    } finally {
      this._isStarting = false;
      this._changed();
    }
  }

  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._listen(null);
    this._debouncer.dispose();
    this._tracker.currentChanged.disconnect(this._onNotebook, this);
    this._tracker.activeCellChanged.disconnect(this._changed, this);
    this._gateway.connectionChanged.disconnect(this._onConnection, this);
    this._settings.changed.disconnect(this._onSettings, this);
    super.dispose();
  }

  private _onNotebook(): void {
    const panel = this._tracker.currentWidget;
    if (panel === this._notebook) {
      return;
    }
    this._conversion = null;
    this._listen(panel);
    this._changed();
    void panel?.context.ready.then(() => this._update());
  }

  private _listen(panel: NotebookPanel | null): void {
    this._notebook?.context.model.contentChanged.disconnect(this._onContent, this);
    this._notebook = panel;
    panel?.context.model.contentChanged.connect(this._onContent, this);
  }

  private _onConnection(): void {
    this._changed();
    if (this._gateway.isReady && this._conversion) {
      // What is missing on the server can be told now.
      void this._update();
    }
  }

  private _onContent(): void {
    if (this._settings.liveAnalysis) {
      void this._debouncer.invoke();
    } else {
      this._forget();
    }
  }

  private _onSettings(): void {
    if (this._settings.liveAnalysis) {
      void this._update();
    } else {
      this._forget();
    }
  }

  /** Without live analysis steps that may be outdated are not shown. */
  private _forget(): void {
    this._turn += 1;
    if (this._conversion) {
      this._conversion = null;
      this._changed();
    }
  }

  private async _update(asked = false): Promise<void> {
    const panel = this._notebook;
    const model = panel?.content.model;
    if (
      !panel ||
      !model ||
      panel.isDisposed ||
      !(asked || this._settings.liveAnalysis)
    ) {
      return;
    }
    const turn = (this._turn += 1);
    try {
      const content = notebookContent(model);
      const conversion = await this._convert(content, {
        path: panel.context.localPath,
        split: this.split
      });
      if (turn !== this._turn || panel !== this._notebook) {
        return;
      }
      this._conversion = conversion;
      this._error = null;
      const { kernelspec } = content.metadata;
      void this._needs.look(
        panel.context.localPath,
        kernelspec?.name ?? 'python3',
        conversion
      );
    } catch (error) {
      this._error = toApiError(error);
    }
    this._changed();
  }

  private _parameter(name: string): Pipeline['parameters'][number] | undefined {
    return this.pipeline?.parameters.find(parameter => parameter.name === name);
  }

  private _key(name: string): string {
    return `${this.path}\n${name}`;
  }

  private _changed(): void {
    if (!this.isDisposed) {
      const conversion = this._conversion;
      this._diagnostics = conversion
        ? [...conversion.diagnostics, ...this._needs.missing(conversion)]
        : [];
      this.stateChanged.emit();
    }
  }

  private readonly _tracker: INotebookTracker;
  private readonly _gateway: IGateway;
  private readonly _settings: ISettings;
  private readonly _convert: Convert;
  private readonly _debouncer: Debouncer<void, void, []>;
  private readonly _needs: NeedsCheck;
  private _diagnostics: readonly Diagnostic[] = [];
  private readonly _splits = new Map<string, SplitChoice>();
  private readonly _drafts = new Map<string, string>();
  private _notebook: NotebookPanel | null = null;
  private _conversion: Conversion | null = null;
  private _error: ApiError | null = null;
  private _isStarting = false;
  private _turn = 0;
}

export namespace PipelineModel {
  export interface IOptions {
    tracker: INotebookTracker;
    gateway: IGateway;
    settings: ISettings;
    convert: Convert;
    /** Milliseconds without typing before the notebook is converted again. */
    pause?: number;
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
