import { setTimeout as sleep } from 'node:timers/promises';

import type { Actor } from '../../../contract/identifier';
import { MlopsError } from '../../../contract/mlops-error';
import type {
  ConfirmRequest,
  Promotion,
  PromotionPlan,
  PromotionRequest,
  RevertRequest
} from '../../../contract/promotion';
import type { ICore } from '../../core';
import { Jobs, type IJob, type IJobRecord } from '../../jobs/jobs';
import { assertPossible } from './checks';
import type { Planner, IPrepared } from './planner';
import { PromotionCommits, stale } from './promotion-commits';
import { runPromotion, type IDeployer } from './promotion-job';
import { newRecord, PromotionRecord, sameName, toPromotion } from './promotion-record';
import { Turns } from './turns';

/** How often a branch that others merge is looked at, in milliseconds. */
const MERGE_EVERY = 1000;

/** What was looked at before it was confirmed. */
type IConfirmed = Pick<ConfirmRequest, 'base' | 'changesDigest'>;

/** Plans, confirms and follows promotions and reverts. */
export class Promotions {
  constructor(private readonly _options: Promotions.IOptions) {
    const { core, commits, deployer } = _options;
    this._jobs = new Jobs(core.database, core.log, {
      kind: 'promotion',
      state: PromotionRecord,
      run: async job => {
        this._running.set(job.id, job);
        try {
          await runPromotion(job, {
            commits,
            deployer,
            decided: each => this._decided(each)
          });
          this._ended(job, 'done');
        } catch (error) {
          if (!job.signal.aborted) {
            this._ended(job, 'failed');
          }
          throw error;
        } finally {
          this._running.delete(job.id);
        }
      },
      changed: record => this._changed(record)
    });
  }

  /** Goes on with what the last gateway left behind. */
  resume(): void {
    this._jobs.resume();
  }

  async plan(request: PromotionRequest): Promise<PromotionPlan> {
    return (await this._options.planner.promote(request)).plan;
  }

  async planRevert(request: Omit<RevertRequest, 'reason'>): Promise<PromotionPlan> {
    return (await this._options.planner.revert(request)).plan;
  }

  /**
   * Resolves when the commit exists, or the branch where an approval is asked for.
   *
   * @throws MlopsError `promotion-stale`, `promotion-noop`, `checks-failed`
   */
  confirm(request: ConfirmRequest, actor: Actor): Promise<Promotion> {
    const by = { actor, base: request.base, reason: request.reason ?? '' };
    return this._begin('promotion.confirm', request, by, () =>
      this._options.planner.promote(request)
    );
  }

  /** @throws MlopsError `revert-nothing`, `promotion-stale` */
  revert(request: RevertRequest & IConfirmed, actor: Actor): Promise<Promotion> {
    const by = { actor, base: request.base, reason: request.reason };
    return this._begin('promotion.revert', request, by, () =>
      this._options.planner.revert(request)
    );
  }

  list(): Promotion[] {
    return this._jobs.list(1000).map(toPromotion);
  }

  get(id: string): Promotion {
    return toPromotion(this._jobs.get(id));
  }

  /** @throws MlopsError `promotion-plan-unknown` for one of an earlier version. */
  planOf(id: string): PromotionPlan {
    const { plan } = this._jobs.get(id).state;
    if (!plan) {
      throw new MlopsError('not-found', {
        code: 'promotion-plan-unknown',
        message: 'What this promotion changes was not written down.',
        cause: 'It was confirmed with an earlier version of the extension.',
        action:
          'Look at its branch in the repository, or withdraw it and promote again.'
      });
    }
    return plan;
  }

  /** @throws MlopsError `approval-own`, `approval-twice`, `promotion-not-waiting`, `promotion-stale` */
  approve(id: string, actor: Actor): Promise<Promotion> {
    return this._audited(actor, 'promotion.approve', id, async () => {
      const { job, state } = this._waiting(id);
      if (state.mergedElsewhere) {
        throw new MlopsError('refused', {
          code: 'approval-elsewhere',
          message:
            'This promotion is approved and merged in the repository it was pushed to.',
          action: `Merge ${state.changeRequest ?? `the branch ${state.branch ?? ''}`} there.`
        });
      }
      if (sameName(actor, state.actor)) {
        throw new MlopsError('forbidden', {
          code: 'approval-own',
          message: 'Nobody approves a promotion of their own.',
          action: 'Ask somebody else to approve it.'
        });
      }
      if (state.approvals.some(approval => sameName(approval.actor, actor))) {
        throw new MlopsError('refused', {
          code: 'approval-twice',
          message: `${actor.name} has approved this promotion already.`,
          action: 'Ask somebody else to approve it, too.'
        });
      }
      const approval = { actor, at: new Date().toISOString() };
      job.note({ approvals: [...state.approvals, approval] });
      return state.approvals.length + 1 < state.approvalsNeeded
        ? this.get(id)
        : this._until(id, ({ revision }) => revision !== null);
    });
  }

  /** Ends a promotion that waits for approval; its branch's commit is kept. */
  close(id: string, actor: Actor): Promise<Promotion> {
    return this._audited(actor, 'promotion.close', id, async () => {
      const { job } = this._waiting(id);
      job.note({ phase: 'closed' });
      return toPromotion(await this._jobs.ended(id));
    });
  }

  /** Resolves when the promotion has ended, one way or the other. */
  async ended(id: string): Promise<Promotion> {
    return toPromotion(await this._jobs.ended(id));
  }

  /** Lets go of promotions under way; the next gateway goes on with them. */
  shutdown(): Promise<void> {
    this._closing.abort();
    return this._jobs.close();
  }

  private _begin(
    action: string,
    of: IConfirmed & { environment: string; model: string },
    by: Pick<PromotionRecord, 'actor' | 'base' | 'reason'>,
    prepare: () => Promise<IPrepared>
  ): Promise<Promotion> {
    const object = `${of.environment}/${of.model}`;
    return this._audited(by.actor, action, object, () =>
      // One after the other for each release: who comes second is told what the first has changed.
      this._turns.take(object, async () => {
        const prepared = await prepare();
        await this._checkConfirmed(prepared, of);
        const { mergedElsewhere } = this._options.commits;
        const { id } = this._jobs.start(
          newRecord(prepared, { ...by, mergedElsewhere })
        );
        return this._until(id, ({ revision, branch }) => (revision ?? branch) !== null);
      })
    );
  }

  /** An app or rules may have changed since the plan, although no commit came between. */
  private async _checkConfirmed(
    { plan, files }: IPrepared,
    { base, changesDigest }: IConfirmed
  ): Promise<void> {
    await this._options.commits.checkFresh(
      { ...plan, base, files: [...files] },
      plan.base
    );
    if (changesDigest !== undefined && changesDigest !== plan.changesDigest) {
      throw stale(plan, plan.changes);
    }
    assertPossible(plan);
  }

  private _waiting(id: string): { job: IJob<PromotionRecord>; state: PromotionRecord } {
    const record = this._jobs.get(id);
    const job = this._running.get(id);
    if (!job || record.status !== 'running' || record.state.phase !== 'waiting') {
      throw new MlopsError('refused', {
        code: 'promotion-not-waiting',
        message: `This promotion does not wait for an approval: it is ${toPromotion(record).state}.`
      });
    }
    return { job, state: record.state };
  }

  private async _decided(job: IJob<PromotionRecord>): Promise<'approved' | 'closed'> {
    for (;;) {
      job.signal.throwIfAborted();
      const { phase, approvals, approvalsNeeded } = job.state;
      if (phase === 'closed') {
        return 'closed';
      }
      if (job.state.mergedElsewhere) {
        const outcome = await this._options.commits.outcome(job.id, job.state);
        if (outcome === 'gone') {
          job.note({ phase: 'closed' });
        } else if (outcome !== 'open') {
          return 'approved';
        } else {
          await Promise.race([
            this._change(job.signal),
            sleep(MERGE_EVERY, undefined, { ref: false })
          ]);
        }
        continue;
      }
      if (approvals.length >= approvalsNeeded) {
        return 'approved';
      }
      await this._change(job.signal);
    }
  }

  /** Resolves when the state has come so far; throws where the promotion ended before. */
  private async _until(
    id: string,
    reached: (state: PromotionRecord) => boolean
  ): Promise<Promotion> {
    for (;;) {
      const record = this._jobs.get(id);
      if (reached(record.state)) {
        return toPromotion(record);
      }
      if (record.error) {
        const conflict = record.error.code === 'promotion-stale';
        throw new MlopsError(conflict ? 'conflict' : 'failed', record.error);
      }
      if (this._closing.signal.aborted) {
        throw new MlopsError('unavailable', {
          code: 'gateway-ends',
          message: 'The gateway ends; the promotion goes on when it is back.',
          details: { promotion: id }
        });
      }
      await this._change(this._closing.signal);
    }
  }

  /** Resolves at the next change of any promotion, or when the signal fires. */
  private _change(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const done = (): void => {
        this._listeners.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this._listeners.add(done);
      signal.addEventListener('abort', done);
    });
  }

  private _changed(record: IJobRecord<PromotionRecord>): void {
    const { events } = this._options.core;
    events.publish({ type: 'promotion', data: toPromotion(record) });
    events.publish({ type: 'environment', data: { name: record.state.environment } });
    [...this._listeners].forEach(listener => listener());
  }

  private _ended(job: IJob<PromotionRecord>, result: 'done' | 'failed'): void {
    const { state } = job;
    this._options.core.audit.add({
      actor: state.actor,
      action: 'promotion.deploy',
      object: `${state.environment}/${state.model}`,
      result,
      details: {
        promotion: job.id,
        version: state.version,
        digest: state.digest,
        revision: state.revision,
        ...(state.failure ? { failure: state.failure.code } : {}),
        ...(state.withdrawal ? { withdrawal: state.withdrawal } : {})
      }
    });
  }

  private async _audited(
    actor: Actor,
    action: string,
    object: string,
    work: () => Promise<Promotion>
  ): Promise<Promotion> {
    const { audit } = this._options.core;
    try {
      const promotion = await work();
      const { id, version, digest, revision } = promotion;
      const details = { promotion: id, version, digest, revision };
      audit.add({ actor, action, object, result: 'done', details });
      return promotion;
    } catch (error) {
      const known = error instanceof MlopsError ? error : null;
      const refused = known !== null && known.kind !== 'failed';
      audit.add({
        actor,
        action,
        object,
        result: refused ? 'refused' : 'failed',
        details: { code: known?.body.code ?? 'internal' }
      });
      throw error;
    }
  }

  private readonly _jobs: Jobs<PromotionRecord>;
  private readonly _running = new Map<string, IJob<PromotionRecord>>();
  private readonly _listeners = new Set<() => void>();
  private readonly _turns = new Turns();
  private readonly _closing = new AbortController();
}

export namespace Promotions {
  export interface IOptions {
    core: ICore;
    planner: Planner;
    commits: PromotionCommits;
    deployer: IDeployer;
  }
}
