import type { ApiError } from '../../contract/error';
import type { GatewayEvent } from '../../contract/event';
import { MlopsError } from '../../contract/mlops-error';
import type { Promotion, PromotionPlan } from '../../contract/promotion';
import { Resource, toApiError } from '../gateway/resource';
import type { IGateway } from '../tokens';

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
  constructor(gateway: IGateway, subject: IPromotionSubject) {
    super(gateway);
    this.subject = subject;
  }

  readonly subject: IPromotionSubject;

  get plan(): PromotionPlan | null {
    return this._plan;
  }

  /** What became of the confirmation; null before it. */
  get promotion(): Promotion | null {
    return this._promotion;
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
    return this.subject.kind === 'revert';
  }

  get canConfirm(): boolean {
    return (
      this.gateway.isReady &&
      this._plan !== null &&
      this._plan.allowed &&
      !this._plan.noop &&
      !this._isConfirming &&
      this._promotion === null &&
      (!this.needsReason || this._reason.trim() !== '')
    );
  }

  /** Confirms what is shown; where Git has moved on, shows the new diff instead. */
  async confirm(): Promise<Promotion> {
    const plan = this._plan;
    if (!plan || this._isConfirming) {
      throw new MlopsError('refused', {
        code: 'nothing-to-confirm',
        message: 'There is no plan to confirm.'
      });
    }
    this._isConfirming = true;
    this._refusal = null;
    this.changed();
    try {
      this._promotion = await this._send(plan);
      return this._promotion;
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

  protected async fetch(): Promise<void> {
    if (this._promotion) {
      this._promotion = await this.gateway.client.call('getPromotion', {
        params: { id: this._promotion.id }
      });
    } else {
      await this._makePlan();
    }
  }

  protected apply(event: GatewayEvent): boolean {
    if (event.type !== 'promotion' || event.data.id !== this._promotion?.id) {
      return false;
    }
    this._promotion = event.data;
    return true;
  }

  private async _makePlan(): Promise<void> {
    const { kind, model, environment, version } = this.subject;
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

  private _plan: PromotionPlan | null = null;
  private _promotion: Promotion | null = null;
  private _reason = '';
  private _refusal: ApiError | null = null;
  private _isConfirming = false;
}
