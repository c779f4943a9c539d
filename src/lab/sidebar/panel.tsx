import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { Message } from '@lumino/messaging';
import { Menu, Panel, type Widget } from '@lumino/widgets';
import * as React from 'react';

import { CommandIDs } from '../command-ids';
import { actor } from '../elements/act';
import { pipelineIcon } from '../elements/icons';
import { ModelWidget } from '../elements/model-widget';
import type { OpenSections } from '../elements/open-sections';
import type { ISidebar } from '../tokens';
import { Header } from './header';
import type { HeaderModel } from './model';

/** The panel "MLOps": its head and one section for each stage of the loop. */
export class Sidebar extends Panel implements ISidebar {
  constructor(options: Sidebar.IOptions) {
    super();
    const { trans } = options;
    this.id = 'jp-mlops-sidebar';
    this.addClass('jp-mlops-Sidebar');
    this.title.icon = pipelineIcon;
    this.title.caption = trans.__('MLOps: pipelines, models, environments, monitoring');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('MLOps'));
    this._reveal = options.reveal;
    this._openSections = options.openSections;
    this.addWidget(new HeaderWidget(options));
  }

  add(section: Widget, rank: number): void {
    const position = this._ranks.filter(other => other <= rank).length;
    this._ranks.splice(position, 0, rank);
    if (section instanceof ModelWidget) {
      section.openSections = this._openSections;
    }
    this.insertWidget(position + 1, section);
  }

  reveal(): void {
    this._reveal(this);
  }

  private readonly _reveal: (panel: Widget) => void;
  private readonly _openSections: OpenSections;
  private readonly _ranks: number[] = [];
}

export namespace Sidebar {
  export interface IOptions {
    model: HeaderModel;
    commands: CommandRegistry;
    trans: TranslationBundle;
    /** Which sections were closed, also before the page was reloaded. */
    openSections: OpenSections;
    reveal(panel: Widget): void;
  }
}

const MENU = [
  CommandIDs.checkGateway,
  CommandIDs.restartGateway,
  null,
  CommandIDs.openEnvironments,
  CommandIDs.openSettings
];

class HeaderWidget extends ModelWidget<HeaderModel> {
  constructor(options: Sidebar.IOptions) {
    super(options.model, options.trans);
    this._commands = options.commands;
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.model.isVisible = true;
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this.model.isVisible = this.isVisible;
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this.model.isVisible = false;
  }

  protected renderModel(): React.ReactElement {
    return (
      <Header
        connection={this.model.connection}
        place={this.model.place}
        user={this.model.user}
        cluster={this.model.cluster}
        clusterError={this.model.clusterError}
        act={actor(this._commands)}
        onMenu={anchor => this._openMenu(anchor)}
      />
    );
  }

  private _openMenu(anchor: HTMLElement): void {
    const menu = new Menu({ commands: this._commands });
    MENU.forEach(command =>
      menu.addItem(command ? { command } : { type: 'separator' })
    );
    const { left, bottom } = anchor.getBoundingClientRect();
    menu.open(left, bottom);
  }

  private readonly _commands: CommandRegistry;
}
