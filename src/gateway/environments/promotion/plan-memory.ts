import { createHash } from 'node:crypto';

import type { PromotionPlan } from '../../../contract/promotion';
import type { IPrepared } from './planner';

const REMEMBERED = 500;

/** What each plan would commit: an app or rules that changed since must be looked at again. */
export class PlanMemory {
  remember(prepared: IPrepared): PromotionPlan {
    const { plan } = prepared;
    this._plans.set(keyOf(plan, plan.base), contentOf(prepared));
    const [oldest] = this._plans.keys();
    if (this._plans.size > REMEMBERED) {
      this._plans.delete(oldest);
    }
    return plan;
  }

  /** Whether this is what was planned on that commit; also where no such plan is remembered. */
  agrees(prepared: IPrepared, base: string): boolean {
    const planned = this._plans.get(keyOf(prepared.plan, base));
    return planned === undefined || planned === contentOf(prepared);
  }

  private readonly _plans = new Map<string, string>();
}

function keyOf(plan: PromotionPlan, base: string): string {
  return [plan.kind, plan.environment, plan.model, plan.version, base].join(' ');
}

function contentOf({ files }: IPrepared): string {
  return createHash('sha256')
    .update(JSON.stringify([...files]))
    .digest('hex');
}
