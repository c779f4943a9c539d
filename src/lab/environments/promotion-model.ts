import type { TranslationBundle } from '@jupyterlab/translation';

import type { ApiError } from '../../contract/error';
import type { GatewayEvent } from '../../contract/event';
import { MlopsError } from '../../contract/mlops-error';
import type { Promotion, PromotionPlan } from '../../contract/promotion';
import { Resource, toApiError } from '../gateway/resource';
import type { IGateway } from '../tokens';
import { isOwnPromotion, isPromotionOver } from './environment-text';

/** What the view is about. */
export interface IPromotionSubject {
  kind: 'promote' | 'revert';
  model: string;
  environment: string;
  /** Null for a revert: the plan says which version comes back. */
  version: number | null;
}

/** A promotion or revert from its plan over its confirmation to its end. */
export class PromotionModel extends Resource {
  /** @param of What to plan, or the id of a promotion that was confirmed before. */
  constructor(
    gateway: IGateway,
    of: IPromotionSubject | string,
    trans: TranslationBundle
  ) {
    super(gateway);
    this._trans = trans;
    if (typeof of === 'string') {
      this._id = of;
    } else {
      this._subject = of;
    }
  }

  get plan(): PromotionPlan | null {
    return this._plan;
  }

  /** What became of the confirmation; null before it. */
  get promotion(): Promotion | null {
    return this._promotion;
  }

  /** Whether this browser's user confirmed it: nobody approves a promotion of their own. */
  get isOwn(): boolean {
    return this._promotion !== null && isOwnPromotion(this._promotion, this.connection);
  }

  get reason(): string {
    return this._reason;
  }

  set reason(reason: string) {
    this._reason = reason;
    this.changed();
  }

  /** Why the confirmation was refused. */
  get refusal(): ApiError | null {
    return this._refusal;
  }

  get isConfirming(): boolean {
    return this._isConfirming;
  }

  get needsReason(): boolean {
    return this._subject?.kind === 'revert';
  }

  get canConfirm(): boolean {
    return (
      this.gateway.isReady &&
      this._plan !== null &&
      this._plan.allowed &&
      !this._plan.noop &&
      !this._isConfirming &&
      this._id === null &&
      (!this.needsReason || this._reason.trim() !== '')
    );
  }

  /** Confirms what is shown; where Git has moved on, shows the new diff instead. */
  async confirm(): Promise<Promotion> {
    const plan = this._plan;
    if (!plan || this._isConfirming || this._id !== null) {
      throw new MlopsError('refused', {
        code: 'nothing-to-confirm',
        message: this._trans.__('There is no plan to confirm.')
      });
    }
    this._isConfirming = true;
    this._refusal = null;
    this.changed();
    try {
      const promotion = await this._send(plan);
      this._id = promotion.id;
      this._promotion = promotion;
      return promotion;
    } catch (error) {
      this._refusal = toApiError(error);
      if (error instanceof MlopsError && error.kind === 'conflict') {
        await this._makePlan();
      }
      throw error;
    } finally {
      this._isConfirming = false;
      this.changed();
    }
  }

  /**
   * Looks again when the view is opened once more.
   *
   * @param promotion The one to follow; null plans anew where the last one has ended.
   */
  show(promotion: string | null): Promise<void> {
    if (promotion !== null && promotion !== this._id) {
      this._follow(promotion);
    } else if (
      promotion === null &&
      this._promotion &&
      isPromotionOver(this._promotion)
    ) {
      this._follow(null);
    }
    return this.load();
  }

  /** Leaves the promotion that was followed and compares with Git as it is now. */
  planAgain(): Promise<void> {
    this._follow(null);
    return this.refresh();
  }

  protected async fetch(): Promise<void> {
    const id = this._id;
    if (id === null) {
      await this._makePlan();
      return;
    }
    const { client } = this.gateway;
    const promotion = await client.call('getPromotion', { params: { id } });
    if (this._id !== id) {
      return;
    }
    this._promotion = promotion;
    this._subject ??= subjectOf(promotion);
    this._plan ??= await client.call('promotionPlan', { params: { id } });
  }

  protected apply(event: GatewayEvent): boolean {
    if (event.type !== 'promotion' || event.data.id !== this._id) {
      return false;
    }
    this._promotion = event.data;
    return true;
  }

  private _follow(id: string | null): void {
    this._id = id;
    this._promotion = null;
    this._plan = null;
    this._refusal = null;
    this.changed();
  }

  private async _makePlan(): Promise<void> {
    const subject = this._subject;
    if (!subject) {
      return;
    }
    const { kind, model, environment, version } = subject;
    const { client } = this.gateway;
    this._plan =
      kind === 'promote' && version !== null
        ? await client.call('planPromotion', { body: { model, environment, version } })
        : await client.call('planRevert', { body: { model, environment } });
  }

  private _send(plan: PromotionPlan): Promise<Promotion> {
    const { model, environment, version, base, changesDigest } = plan;
    const { client } = this.gateway;
    const reason = this._reason.trim();
    return plan.kind === 'revert'
      ? client.call('revert', {
          body: { model, environment, reason, base, changesDigest }
        })
      : client.call('confirmPromotion', {
          body: { model, version, environment, base, changesDigest, reason }
        });
  }

  private readonly _trans: TranslationBundle;
  private _subject: IPromotionSubject | null = null;
  /** Of the promotion that is followed; null while one is planned. */
  private _id: string | null = null;
  private _plan: PromotionPlan | null = null;
  private _promotion: Promotion | null = null;
  private _reason = '';
  private _refusal: ApiError | null = null;
  private _isConfirming = false;
}

function subjectOf(promotion: Promotion): IPromotionSubject {
  const { kind, model, environment, version } = promotion;
  return { kind, model, environment, version: kind === 'revert' ? null : version };
}
