import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import * as React from 'react';

import { CommandIDs } from '../command-ids';
import { actor, type Act } from '../elements/act';
import { freshness } from '../elements/freshness';
import { ModelWidget } from '../elements/model-widget';
import type { EnvironmentsModel } from './model';
import { EnvironmentsSection } from './section';

/** The section "Environments" of the panel. */
export class EnvironmentsPanel extends ModelWidget<EnvironmentsModel> {
  constructor(
    model: EnvironmentsModel,
    trans: TranslationBundle,
    commands: CommandRegistry
  ) {
    super(model, trans);
    this._act = actor(commands);
    this._commands = commands;
    commands.commandChanged.connect((_, { id }) => {
      if (id === CommandIDs.promote) {
        this.update();
      }
    });
  }

  protected renderModel(): React.ReactElement {
    const { model } = this;
    return (
      <EnvironmentsSection
        {...freshness(model, this.trans)}
        environments={model.environments}
        promotions={model.promotions}
        error={model.error}
        isLoading={model.state === 'loading'}
        isCurrent={model.isCurrent}
        canPromote={this._commands.isEnabled(CommandIDs.promote)}
        act={this._act}
      />
    );
  }

  private readonly _act: Act;
  private readonly _commands: CommandRegistry;
}
