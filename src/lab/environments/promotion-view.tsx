import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { PromotionPlan } from '../../contract/promotion';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { Digest } from '../elements/digest';
import { Facts } from '../elements/facts';
import { exactTime, shortDay } from '../elements/format';
import { retryIcon } from '../elements/icons';
import { ModelWidget } from '../elements/model-widget';
import { ErrorNote } from '../elements/problem-note';
import { useTrans } from '../elements/translation';
import { show } from '../elements/views';
import type { IEnvironments } from '../tokens';
import { ConfirmBox } from './confirm-box';
import type { PromotionModel } from './promotion-model';
import { CheckList, MetricTable, NextSteps } from './promotion-parts';
import { ReleaseDiff } from './release-diff';
import { targetText } from './target-text';

/** The main-area view of a promotion or a revert. */
export class PromotionView extends ModelWidget<PromotionModel> {
  constructor(
    model: PromotionModel,
    environments: IEnvironments,
    trans: TranslationBundle,
    act: Act
  ) {
    super(model, trans);
    this._environments = environments;
    this._act = act;
    this.addClass('jp-mlops-PromotionView');
  }

  override dispose(): void {
    const { model } = this;
    super.dispose();
    model?.dispose();
  }

  protected renderModel(): React.ReactElement {
    const { promotion } = this.model;
    if (promotion) {
      // Its key is what was planned: once confirmed, the promotion is what the user looks at.
      show(this, `promotion ${promotion.id}`);
    }
    const following = this._environments.environments.find(
      ({ rules }) =>
        rules.after !== null && rules.after === this.model.plan?.environment
    );
    return (
      <PromotionBody
        model={this.model}
        following={following?.name ?? null}
        act={this._act}
      />
    );
  }

  private readonly _environments: IEnvironments;
  private readonly _act: Act;
}

interface IBodyProps {
  model: PromotionModel;
  following: string | null;
  act: Act;
}

function PromotionBody(props: IBodyProps): React.ReactElement {
  const trans = useTrans();
  const { model } = props;
  if (model.error && !model.plan) {
    return (
      <ErrorNote
        error={model.error}
        actions={
          <Button
            icon={retryIcon}
            label={trans.__('Try again')}
            onClick={() => void model.refresh()}
          />
        }
      />
    );
  }
  if (!model.plan) {
    return <p className="jp-mlops-Empty">{trans.__('Comparing with Git…')}</p>;
  }
  return <Plan {...props} plan={model.plan} />;
}

function Plan(props: IBodyProps & { plan: PromotionPlan }): React.ReactElement {
  const trans = useTrans();
  const { plan } = props;
  const lines = plan.changes.reduce((sum, { diff }) => sum + changedLines(diff), 0);
  return (
    <>
      <header className="jp-mlops-View-head">
        <div className="jp-mlops-View-title">
          <h1>
            {plan.kind === 'revert'
              ? trans.__(
                  'Revert %1 in %2 to v%3',
                  plan.model,
                  plan.environment,
                  plan.version
                )
              : trans.__(
                  'Promote %1 v%2 to %3',
                  plan.model,
                  plan.version,
                  plan.environment
                )}
          </h1>
        </div>
        <Facts
          facts={[
            [
              trans.__('Replaces'),
              plan.replaces ? (
                <span key="replaces" title={exactTime(plan.replaces.since)}>
                  {trans.__(
                    'v%1, in %2 since %3',
                    plan.replaces.version,
                    plan.environment,
                    shortDay(plan.replaces.since)
                  )}
                </span>
              ) : (
                trans.__('nothing: the first release')
              )
            ],
            [trans.__('Runs on'), targetText(plan.target, trans)],
            [trans.__('Model artifact'), <Digest key="digest" value={plan.digest} />],
            [trans.__('Planned on'), <Digest key="base" value={plan.base} />]
          ]}
        />
      </header>
      <div className="jp-mlops-View-columns">
        <div className="jp-mlops-View-pane">
          <MetricTable plan={plan} />
          <section
            className="jp-mlops-Block jp-mlops-Promotion-files"
            aria-label={trans.__('What changes in Git')}
          >
            <h2>
              {trans.__('What changes in Git')}{' '}
              <span className="jp-mlops-Quiet">
                {trans._n('%1 file', '%1 files', plan.changes.length)},{' '}
                {trans._n('%1 line', '%1 lines', lines)};{' '}
                {trans.__('nothing else is deployed')}
              </span>
            </h2>
            <ReleaseDiff changes={plan.changes} />
          </section>
          <NextSteps steps={plan.next} isConfirmed={props.model.promotion !== null} />
        </div>
        <div className="jp-mlops-View-pane jp-mlops-View-side jp-mlops-Promotion-side">
          <div
            className="jp-mlops-Promotion-checks"
            tabIndex={0}
            role="group"
            aria-label={trans.__('Checks')}
          >
            <CheckList checks={plan.checks} />
          </div>
          <ConfirmBox {...props} />
        </div>
      </div>
    </>
  );
}

function changedLines(diff: string): number {
  return diff.split('\n').filter(line => /^[+-]/.test(line)).length;
}
