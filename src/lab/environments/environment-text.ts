import type { TranslationBundle } from '@jupyterlab/translation';

import type { Endpoint, Health } from '../../contract/environment';
import type { Check, Promotion, PromotionState } from '../../contract/promotion';
import type { StateKind } from '../elements/state';
import type { Connection } from '../gateway/connection';

export function healthState(
  health: Health,
  trans: TranslationBundle
): { kind: StateKind; label: string } {
  const states: Record<Health, { kind: StateKind; label: string }> = {
    healthy: { kind: 'passed', label: trans.__('Healthy') },
    progressing: { kind: 'running', label: trans.__('Starting') },
    degraded: { kind: 'failed', label: trans.__('Degraded') },
    stopped: { kind: 'stopped', label: trans.__('Stopped') },
    unknown: { kind: 'nothing', label: trans.__('Unknown') }
  };
  return states[health];
}

/** `3 requests/min`, `6 requests/s`: the unit in which the number is easy to read. */
export function rateText(perMinute: number, trans: TranslationBundle): string {
  if (perMinute >= 60) {
    return trans.__('%1 requests/s', Math.round(perMinute / 60));
  }
  if (perMinute >= 1) {
    return trans.__('%1 requests/min', Math.round(perMinute));
  }
  return perMinute > 0
    ? trans.__('%1 requests/h', Math.max(1, Math.round(perMinute * 60)))
    : trans.__('no requests');
}

export function syncText(endpoint: Endpoint, trans: TranslationBundle): string {
  return endpoint.synced ? trans.__('In sync') : trans.__('Out of sync with Git');
}

export function promotionState(
  promotion: Promotion,
  trans: TranslationBundle
): { kind: StateKind; label: string } {
  const waiting = promotion.mergedElsewhere
    ? trans.__('Waits to be merged')
    : trans.__('Waits for approval');
  const states: Record<PromotionState, { kind: StateKind; label: string }> = {
    waiting: { kind: 'waiting', label: waiting },
    committing: { kind: 'running', label: trans.__('Committing') },
    deploying: { kind: 'running', label: trans.__('Deploying') },
    succeeded: { kind: 'passed', label: trans.__('Done') },
    failed: { kind: 'failed', label: trans.__('Failed') },
    closed: { kind: 'nothing', label: trans.__('Closed') }
  };
  return states[promotion.state];
}

export function isPromotionOver(promotion: Promotion): boolean {
  return ['succeeded', 'failed', 'closed'].includes(promotion.state);
}

/** Whether the signed-in user confirmed it, however the name is written; the gateway decides anew. */
export function isOwnPromotion(promotion: Promotion, connection: Connection): boolean {
  return (
    connection.kind === 'ready' &&
    plainName(connection.status.user.name) === plainName(promotion.actor.name)
  );
}

function plainName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}

export function checkKind(check: Check): StateKind {
  const kinds: Record<Check['result'], StateKind> = {
    passed: 'passed',
    failed: 'failed',
    noted: 'warning'
  };
  return kinds[check.result];
}
