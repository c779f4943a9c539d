import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { GatewayEvent } from '../../contract/event';
import type { Retraining } from '../../contract/monitor';
import type { Promotion } from '../../contract/promotion';
import type { RunSummary } from '../../contract/run';
import { CommandIDs } from '../command-ids';
import type { Act } from '../elements/act';
import { sentences } from '../elements/notify';
import { isPromotionOver } from '../environments/environment-text';
import { isRetrainingOver } from '../monitoring/monitor-text';
import { isOver, runTitle } from '../runs/run-text';
import type { IGateway, ISettings } from '../tokens';

/** Milliseconds for which good news stays; bad news stays until it is read. */
const GOOD_NEWS = 8000;

interface INotice {
  type: 'success' | 'error' | 'warning' | 'info';
  message: string;
  open: Parameters<Act>;
  /** What may be done about it, beside looking. */
  also?: { label: string; act: Parameters<Act> };
}

/** Says when a run, promotion or retraining has ended while nobody looked at it. */
export class EndNotices {
  constructor(options: EndNotices.IOptions) {
    this._options = options;
    options.gateway.happened.connect(this._onEvent, this);
  }

  private _onEvent(_: IGateway, event: GatewayEvent): void {
    const { trans } = this._options;
    switch (event.type) {
      case 'run':
        this._follow(`run ${event.data.id}`, isOver(event.data.state), () =>
          ofRun(event.data, trans)
        );
        break;
      case 'promotion':
        this._follow(`promotion ${event.data.id}`, isPromotionOver(event.data), () =>
          ofPromotion(event.data, trans)
        );
        break;
      case 'retraining':
        this._follow(
          `drift ${event.data.environment}-${event.data.model}`,
          isRetrainingOver(event.data),
          () => ofRetraining(event.data, trans)
        );
        break;
    }
  }

  /** Only what was seen to go on has ended: events may come a second time. */
  private _follow(what: string, isOver: boolean, notice: () => INotice | null): void {
    const { isInFront, settings } = this._options;
    if (!isOver) {
      this._goingOn.add(what);
      return;
    }
    if (this._goingOn.delete(what) && settings.runNotifications && !isInFront(what)) {
      this._tell(notice());
    }
  }

  private _tell(notice: INotice | null): void {
    if (!notice) {
      return;
    }
    const { act, trans } = this._options;
    const { type, message, open, also } = notice;
    Notification.emit(message, type, {
      autoClose: type === 'success' || type === 'info' ? GOOD_NEWS : false,
      actions: [
        {
          label: trans.__('Open'),
          displayType: 'accent',
          callback: () => act(...open)
        },
        ...(also ? [{ label: also.label, callback: () => act(...also.act) }] : [])
      ]
    });
  }

  private readonly _options: EndNotices.IOptions;
  private readonly _goingOn = new Set<string>();
}

export namespace EndNotices {
  export interface IOptions {
    gateway: IGateway;
    settings: ISettings;
    /** Whether the view of `<kind> <key>` is what the user looks at. */
    isInFront(what: string): boolean;
    trans: TranslationBundle;
    act: Act;
  }
}

/** Null for what tells by other means: who stopped a run knows, a retraining tells for its run. */
function ofRun(run: RunSummary, trans: TranslationBundle): INotice | null {
  if (run.state === 'stopped' || run.cause.kind === 'retraining') {
    return null;
  }
  const title = runTitle(run, trans);
  const open: Parameters<Act> = [CommandIDs.openRun, { run: run.id }];
  if (run.state === 'succeeded') {
    return {
      type: 'success',
      message: trans.__('Run %1 of %2 has succeeded.', run.number, title),
      open
    };
  }
  const message =
    run.state === 'failed' && run.step
      ? trans.__('Run %1 of %2 has failed in %3.', run.number, title, run.step)
      : run.state === 'failed'
        ? trans.__('Run %1 of %2 has failed.', run.number, title)
        : trans.__('Run %1 of %2 was lost: its end was not seen.', run.number, title);
  return {
    type: run.state === 'failed' ? 'error' : 'warning',
    message,
    open,
    also: {
      label: run.step ? trans.__('Retry from %1', run.step) : trans.__('Retry'),
      act: [CommandIDs.retryRun, { run: run.id }]
    }
  };
}

function ofPromotion(promotion: Promotion, trans: TranslationBundle): INotice {
  const { model, version, environment, state, error } = promotion;
  const open: Parameters<Act> = [CommandIDs.openPromotion, { promotion: promotion.id }];
  switch (state) {
    case 'succeeded':
      return {
        type: 'success',
        message: trans.__('%1 v%2 answers in %3 now.', model, version, environment),
        open
      };
    case 'closed':
      return {
        type: 'info',
        message: trans.__(
          'The promotion of %1 v%2 to %3 was closed.',
          model,
          version,
          environment
        ),
        open
      };
    default:
      return {
        type: 'error',
        message: error
          ? sentences(error)
          : trans.__('%1 v%2 did not come to %3.', model, version, environment),
        open
      };
  }
}

function ofRetraining(retraining: Retraining, trans: TranslationBundle): INotice {
  const { environment, model, challenger, comparison, error } = retraining;
  const open: Parameters<Act> = [CommandIDs.openDriftReport, { environment, model }];
  if (retraining.state === 'failed') {
    return {
      type: 'error',
      message: error
        ? sentences(error)
        : trans.__('The retraining of %1 has failed.', model),
      open
    };
  }
  const isBetter = comparison?.verdict === 'better' && challenger !== null;
  return {
    type: 'success',
    message: isBetter
      ? trans.__('%1 was retrained: v%2 is better.', model, challenger)
      : trans.__('%1 was retrained; nothing better was found.', model),
    open
  };
}
