import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { promoteIcon } from '../elements/icons';
import { ModelWidget } from '../elements/model-widget';
import { useTrans } from '../elements/translation';
import { CompareTable } from './compare-table';
import { LineageChain } from './lineage-chain';
import type { ModelViewModel } from './model-view-model';
import { VersionTable } from './version-table';

/** The main-area view of one model: versions, comparison, lineage. */
export class ModelView extends ModelWidget<ModelViewModel> {
  constructor(model: ModelViewModel, trans: TranslationBundle, act: Act) {
    super(model, trans);
    this._act = act;
    this.addClass('jp-mlops-ModelView');
  }

  protected renderModel(): React.ReactElement {
    return <ModelBody model={this.model} act={this._act} />;
  }

  private readonly _act: Act;
}

function ModelBody(props: { model: ModelViewModel; act: Act }): React.ReactElement {
  const trans = useTrans();
  const { model, act } = props;
  const newest = model.versions.find(({ state }) => state === 'ready');
  const { selected, lineage } = model;
  return (
    <>
      <header className="jp-mlops-View-head">
        <div className="jp-mlops-View-title">
          <h1>{model.name}</h1>
          <span className="jp-mlops-Quiet">
            {trans._n('%1 version', '%1 versions', model.versions.length)}
          </span>
          <span className="jp-mlops-View-actions">
            {newest && (
              <Button
                kind="primary"
                icon={promoteIcon}
                label={trans.__('Promote v%1…', newest.version)}
                onClick={() =>
                  act(CommandIDs.promote, {
                    model: model.name,
                    version: newest.version
                  })
                }
              />
            )}
          </span>
        </div>
      </header>
      <div className="jp-mlops-View-pane">
        <VersionTable model={model} act={act} />
        <p className="jp-mlops-Small">
          {trans.__(
            "Metrics are of each version's own hold-out rows. Select two versions to compare them on the same rows."
          )}
        </p>
        {lineage && <LineageChain version={lineage} act={act} />}
        {selected.length === 2 && (
          <CompareTable
            champion={selected[0]}
            challenger={selected[1]}
            comparison={model.comparison}
            error={model.error}
            isComparing={model.isComparing}
          />
        )}
      </div>
    </>
  );
}
