import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../command-ids';
import { actor, type Act } from '../elements/act';
import { freshness } from '../elements/freshness';
import { ModelWidget } from '../elements/model-widget';
import type { RunsModel } from './model';
import { openRunMenu } from './run-menu';
import { RunsSection } from './section';

/** The section "Runs" of the panel. */
export class RunsPanel extends ModelWidget<RunsModel> {
  constructor(model: RunsModel, trans: TranslationBundle, commands: CommandRegistry) {
    super(model, trans);
    this._act = actor(commands);
    this._commands = commands;
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    return (
      <RunsSection
        {...freshness(model, this.trans)}
        runs={model.runs}
        error={model.error}
        isLoading={model.state === 'loading'}
        isCurrent={model.isCurrent}
        canRun={this._commands.isEnabled(CommandIDs.runPipeline)}
        hasOlder={model.hasOlder}
        onOlder={() => void model.loadOlder()}
        onMenu={(run, at) => openRunMenu(run, this._commands, at)}
        act={this._act}
      />
    );
  }

  private readonly _act: Act;
  private readonly _commands: CommandRegistry;
}
