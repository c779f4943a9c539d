import { VDomModel } from '@jupyterlab/ui-components';

import type { CompiledPipeline, CompileFormat } from '../../contract/compiled';
import type { ApiError } from '../../contract/error';
import type { Diagnostic } from '../../contract/pipeline';
import { fileName } from '../elements/format';
import { toApiError } from '../gateway/resource';
import type { IGateway, ILivePipeline } from '../tokens';

/** One notebook, compiled for another engine; the gateway adds the runner and the files. */
export class CompiledModel extends VDomModel {
  constructor(options: CompiledModel.IOptions) {
    super();
    this.path = options.path;
    this._gateway = options.gateway;
    this._pipeline = options.pipeline;
    this._format = options.format;
    this._image = options.image;
  }

  /** Of the notebook, below the server's root. */
  readonly path: string;

  get format(): CompileFormat {
    return this._format;
  }

  /** By digest; empty where the steps name theirs. */
  get image(): string {
    return this._image;
  }

  get yaml(): string | null {
    return this._compiled?.yaml ?? null;
  }

  get diagnostics(): readonly Diagnostic[] {
    return this._compiled?.diagnostics ?? [];
  }

  get error(): ApiError | null {
    return this._error;
  }

  get isBusy(): boolean {
    return this._isBusy;
  }

  /** Where it is saved unless another place is named: beside the notebook. */
  get proposedPath(): string {
    return `${this.path.replace(/\.ipynb$/i, '')}.${this._format}.yaml`;
  }

  get title(): string {
    return fileName(this.proposedPath);
  }

  async choose(choice: { format?: CompileFormat; image?: string }): Promise<void> {
    const { format = this._format, image = this._image } = choice;
    if (format !== this._format || image !== this._image) {
      this._format = format;
      this._image = image;
      await this.refresh();
    }
  }

  /** Compiles the notebook as it is now, unsaved changes included. */
  async refresh(): Promise<void> {
    const turn = (this._turn += 1);
    const { path, _format: format, _image: image } = this;
    this._isBusy = true;
    this.stateChanged.emit();
    try {
      const compiled = await this._gateway.client.call('compile', {
        body: {
          notebook: path,
          content: this._pipeline.contentOf(path),
          split: path === this._pipeline.path ? this._pipeline.split : undefined,
          format,
          image: image || undefined
        }
      });
      this._end(turn, compiled, null);
    } catch (error) {
      this._end(turn, null, toApiError(error));
    }
  }

  private _end(
    turn: number,
    compiled: CompiledPipeline | null,
    error: ApiError | null
  ): void {
    if (turn === this._turn && !this.isDisposed) {
      this._compiled = compiled;
      this._error = error;
      this._isBusy = false;
      this.stateChanged.emit();
    }
  }

  private readonly _gateway: IGateway;
  private readonly _pipeline: ILivePipeline;
  private _format: CompileFormat;
  private _image: string;
  private _compiled: CompiledPipeline | null = null;
  private _error: ApiError | null = null;
  private _isBusy = false;
  private _turn = 0;
}

export namespace CompiledModel {
  export interface IOptions {
    gateway: IGateway;
    pipeline: ILivePipeline;
    path: string;
    format: CompileFormat;
    image: string;
  }
}
