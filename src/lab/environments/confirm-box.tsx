import * as React from 'react';

import type { Promotion, PromotionPlan } from '../../contract/promotion';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { Digest, withShortDigests } from '../elements/digest';
import { passedIcon, promoteIcon, retryIcon, revertIcon } from '../elements/icons';
import { ErrorNote, Note, TroubleNote } from '../elements/problem-note';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { isPromotionOver, promotionState } from './environment-text';
import type { PromotionModel } from './promotion-model';
import { isHere, targetText } from './target-text';

interface IProps {
  model: PromotionModel;
  plan: PromotionPlan;
  /** The environment that may follow; null where this is the last. */
  following: string | null;
  act: Act;
}

/** Why, and the one confirmation; afterwards what becomes of it. */
export function ConfirmBox(props: IProps): React.ReactElement {
  const { model, plan } = props;
  if (model.promotion) {
    return <Outcome {...props} promotion={model.promotion} />;
  }
  return plan.noop ? <NothingToDo plan={plan} /> : <Confirm {...props} />;
}

function NothingToDo({ plan }: { plan: PromotionPlan }): React.ReactElement {
  const trans = useTrans();
  return (
    <Note kind="passed" title={trans.__('Nothing to do.')}>
      {trans.__('%1 v%2 is already in %3.', plan.model, plan.version, plan.environment)}
    </Note>
  );
}

function Confirm({ model, plan, act }: IProps): React.ReactElement {
  const trans = useTrans();
  const field = React.useId();
  const revert = plan.kind === 'revert';
  return (
    <div className="jp-mlops-Confirm">
      {model.refusal && <ErrorNote error={model.refusal} />}
      {!plan.allowed && (
        <Note kind="failed" title={trans.__('This cannot be confirmed:')}>
          {plan.checks
            .filter(({ result }) => result === 'failed')
            .map(({ summary }) => summary)
            .join(' ')}
        </Note>
      )}
      <label htmlFor={field}>
        {trans.__('Reason')}{' '}
        <span className="jp-mlops-Quiet">
          {model.needsReason
            ? trans.__('needed, goes into the commit')
            : trans.__('may be left empty, goes into the commit')}
        </span>
      </label>
      <textarea
        id={field}
        rows={2}
        maxLength={2000}
        required={model.needsReason}
        value={model.reason}
        onChange={event => {
          model.reason = event.target.value;
        }}
      />
      <div className="jp-mlops-Actions">
        <Button
          kind="primary"
          icon={revert ? revertIcon : promoteIcon}
          label={
            model.isConfirming
              ? trans.__('Confirming…')
              : revert
                ? trans.__('Confirm revert')
                : trans.__('Confirm promotion')
          }
          disabled={!model.canConfirm}
          onClick={() => act(CommandIDs.confirmPromotion)}
        />
        <span className="jp-mlops-Small">
          {plan.approvals > 0
            ? trans._n(
                '%2 changes after %1 approval by somebody else',
                '%2 changes after %1 approvals by others',
                plan.approvals,
                plan.environment
              )
            : whenText(plan, trans)}
        </span>
      </div>
    </div>
  );
}

/** A cluster changes when it has seen the commit, this computer at once. */
function whenText(
  { environment, target }: PromotionPlan,
  trans: ReturnType<typeof useTrans>
): string {
  const place = targetText(target, trans);
  return isHere(target)
    ? trans.__('%1 on %2 changes at once', environment, place)
    : trans.__(
        '%1 on %2 changes once the commit is deployed there',
        environment,
        place
      );
}

/** Where somebody merges it: a link where the forge is known, else the branch's name. */
function MergeNote({ promotion }: { promotion: Promotion }): React.ReactElement {
  const trans = useTrans();
  const { branch, changeRequest } = promotion;
  return changeRequest ? (
    <a href={changeRequest} target="_blank" rel="noopener noreferrer">
      {trans.__('Ask for the merge of %1', branch ?? '')}
    </a>
  ) : (
    <>{trans.__('The branch %1 waits to be merged in its repository.', branch ?? '')}</>
  );
}

function Outcome(props: IProps & { promotion: Promotion }): React.ReactElement {
  const trans = useTrans();
  const { model, promotion, following, act } = props;
  const state = promotionState(promotion, trans);
  const { version, environment } = promotion;
  return (
    <div className="jp-mlops-Confirm">
      <p role="status">
        <State {...state} />{' '}
        {promotion.revision && (
          <>
            {trans.__('commit')} <Digest value={promotion.revision} />
          </>
        )}
      </p>
      {promotion.progress && !isPromotionOver(promotion) && (
        <p role="status">{withShortDigests(promotion.progress)}</p>
      )}
      {promotion.trouble && !isPromotionOver(promotion) && (
        <TroubleNote error={promotion.trouble} />
      )}
      {promotion.error && <ErrorNote error={promotion.error} />}
      {promotion.state === 'waiting' && (
        <>
          <p>
            {promotion.mergedElsewhere ? (
              <MergeNote promotion={promotion} />
            ) : (
              trans.__(
                '%1 of %2 approvals. Somebody other than %3 approves it.',
                promotion.approvals.length,
                promotion.approvalsNeeded,
                promotion.actor.name
              )
            )}
          </p>
          {promotion.reason && <p>{trans.__('Reason: %1', promotion.reason)}</p>}
          <div className="jp-mlops-Actions">
            {!model.isOwn && !promotion.mergedElsewhere && (
              <Button
                kind="primary"
                icon={passedIcon}
                label={trans.__('Approve')}
                onClick={() =>
                  act(CommandIDs.approvePromotion, { promotion: promotion.id })
                }
              />
            )}
            <Button
              kind={model.isOwn ? 'plain' : 'flat'}
              label={trans.__('Withdraw')}
              onClick={() =>
                act(CommandIDs.closePromotion, { promotion: promotion.id })
              }
            />
          </div>
        </>
      )}
      {(promotion.state === 'failed' || promotion.state === 'closed') && (
        <div className="jp-mlops-Actions">
          <Button
            icon={retryIcon}
            label={trans.__('Plan again')}
            onClick={() => void model.planAgain()}
          />
        </div>
      )}
      {promotion.state === 'succeeded' && (
        <>
          <p>
            {trans.__(
              '%1 v%2 answers in %3 now.',
              promotion.model,
              version,
              environment
            )}
          </p>
          <div className="jp-mlops-Actions">
            {following && (
              <Button
                kind="primary"
                icon={promoteIcon}
                label={trans.__('Promote v%1 to %2…', version, following)}
                onClick={() =>
                  act(CommandIDs.promote, {
                    model: promotion.model,
                    version,
                    environment: following
                  })
                }
              />
            )}
            <Button
              label={trans.__('Try a request')}
              onClick={() =>
                act(CommandIDs.tryRequest, { environment, model: promotion.model })
              }
            />
          </div>
        </>
      )}
    </div>
  );
}
