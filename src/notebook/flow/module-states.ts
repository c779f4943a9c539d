import { isImportedForEffect } from '../library/settings';
import type { ICode, ISpan } from '../python/value';
import type { ActionRules } from './actions';
import type { LocalModules } from './local-modules';
import type { NameStates } from './name-states';
import type { IAction, Names } from './names';
import { importsUnseen } from './options';
import { NOTHING } from './shape';

/** What the states of modules need of the flow that they serve. */
export interface IModulesHost {
  readonly names: Names;
  act(action: IAction, span: ISpan): void;
  take(name: string, own: boolean): void;
  needs(code: ICode, span: ISpan): void;
}

/** A module beside the notebook is one variable more: what it keeps. */
export class ModuleStates {
  constructor(
    host: IModulesHost,
    modules: LocalModules,
    states: NameStates,
    actions: ActionRules
  ) {
    this._host = host;
    this._actions = actions;
    this._modules = modules;
    this._states = states;
  }

  /** A name is bound to a module, or to a part of one. */
  imported(module: string, span: ISpan): void {
    this._actions.imports(module);
    if (importsUnseen(module)) {
      this._actions.apply({ kind: 'ambient', what: module, mode: 'change' }, span);
    }
    if (isImportedForEffect(module)) {
      this._host.act({ kind: 'setting', what: module, mode: 'write' }, span);
    }
    for (const file of this._modules.filesOfName(module)) {
      if (this._host.names.has(file)) {
        this._host.take(file, false);
      } else {
        this._states.bind(file, true, NOTHING);
        this._modules.seedsOf(file).forEach(action => this._host.act(action, span));
      }
    }
  }

  /** `from module import *`: where the source is known, so are the names. */
  star(module: string, span: ISpan): void {
    this.imported(module, span);
    for (const name of this._modules.publicNames(module)) {
      const shape = this._modules.attribute(`${module}.${name}`);
      this._states.bind(name, true, shape ?? NOTHING);
    }
  }

  /** A module, or a part of one, is used. */
  used(module: string, span: ISpan): void {
    this._actions.moduleUsed(module, span);
    // Each step that uses it reads its file, which a later cell may write
    this._actions.imports(module);
    this._modules.filesOfName(module).forEach(file => this.take(file, span));
  }

  /** What a module keeps is needed. Functions of the notebook in it need what they need. */
  take(file: string, span: ISpan): void {
    this._host.take(file, false);
    const code = this._host.names.get(file)?.shape.code ?? [];
    code.forEach(item => this._host.needs(item, span));
  }

  private readonly _host: IModulesHost;
  private readonly _modules: LocalModules;
  private readonly _states: NameStates;
  private readonly _actions: ActionRules;
}
