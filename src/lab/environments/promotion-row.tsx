import * as React from 'react';

import type { Promotion } from '../../contract/promotion';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { Button } from '../elements/button';
import { TroubleNote } from '../elements/problem-note';
import { State } from '../elements/state';
import { useTrans } from '../elements/translation';
import { promotionState } from './environment-text';

/** A promotion that has not ended: how it goes, what holds it up, and where it is looked at. */
export function PromotionRow(props: {
  promotion: Promotion;
  act: Act;
}): React.ReactElement {
  const trans = useTrans();
  const { promotion, act } = props;
  const state = promotionState(promotion, trans);
  const text = trans.__(
    '%1 v%2 to %3',
    promotion.model,
    promotion.version,
    promotion.environment
  );
  const who = trans.__('%1 · by %2', state.label, promotion.actor.name);
  return (
    <>
      <div className="jp-mlops-Row" role="status">
        <div className="jp-mlops-Row-main">
          <State {...state} iconOnly />
          <span className="jp-mlops-Row-text">
            <span className="jp-mlops-Cut" title={promotion.reason || text}>
              {text}
            </span>
            <span className="jp-mlops-Small">{who}</span>
            {promotion.progress && (
              <span className="jp-mlops-Small">{promotion.progress}</span>
            )}
          </span>
        </div>
        <Button
          label={trans.__('Open')}
          title={
            promotion.state === 'waiting'
              ? trans.__('See what it changes, then approve or withdraw it')
              : trans.__('Its diff, its checks and what becomes of it')
          }
          onClick={() => act(CommandIDs.openPromotion, { promotion: promotion.id })}
        />
      </div>
      {promotion.trouble && <TroubleNote error={promotion.trouble} />}
    </>
  );
}
